const FACTOR = 16;

/** More than linear time takes with 16 times the size (16), and less than quadratic time does (256). */
export const LINEAR = 80;

/**
 * How many times more time `run` takes with 16 times the size. It is time of the processor, the least of
 * three runs in turn, so that other processes on the machine do not matter.
 */
export function growth(size: number, run: (size: number) => void): number {
  const least = new Map([1, FACTOR].map((factor) => [factor, Number.POSITIVE_INFINITY]));
  for (let attempt = 0; attempt < 3; attempt++) {
    for (const [factor, microseconds] of least) {
      const start = process.cpuUsage();
      run(size * factor);
      least.set(factor, Math.min(microseconds, process.cpuUsage(start).user));
    }
  }
  const [small = 0, large = 0] = least.values();
  // Below a millisecond, the first run of the code counts more than the size does.
  return large / Math.max(small, 1000);
}
