import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { brokenPromises } from '../__tests__/model/property.ts';
import { schedules } from '../__tests__/model/schedule.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    /** Schedules of sync-members instead of add-members. */
    removal: { type: 'boolean', default: false },
    /** Processes that share the runs, each with a seed of its own: most of the time goes into waiting for stalled connections. */
    jobs: { type: 'string', default: '1' },
  },
});
const runs = Number(values.runs);
const jobs = Number(values.jobs);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const name = values.removal ? 'sync-members' : 'add-members';
const flags = values.removal ? ['--removal'] : [];
const started = performance.now();
const failed = jobs > 1 ? await share() : await check();
const seconds = Math.round((performance.now() - started) / 1000);
if (!failed) console.log(`${runs} schedules of ${name} from seed ${seed} on held in ${seconds} s.`);
process.exit(failed ? 1 : 0);

/** Runs the schedules. Returns whether a promise was broken. */
async function check(): Promise<boolean> {
  console.log(`${runs} schedules of ${name}, seed ${seed}`);
  let done = 0;
  /** What would have ended the process of the action. */
  const crashes: string[] = [];
  process.on('uncaughtException', ({ stack }) => crashes.push(`an uncaught exception: ${stack}`));
  const result = await fc.check(
    fc.asyncProperty(schedules(values.removal), async (schedule) => {
      const broken = [...(await brokenPromises(schedule)), ...crashes.splice(0)];
      done += 1;
      if (done % 250 === 0) console.log(`seed ${seed}: ${done} done`);
      if (broken.length > 0) throw new Error(broken.join('\n'));
    }),
    { numRuns: runs, seed, ...(values.path === undefined ? {} : { path: values.path }) },
  );
  if (!result.failed) return false;
  const { counterexample, errorInstance, counterexamplePath } = result;
  console.log(JSON.stringify(counterexample?.[0]));
  console.log(errorInstance instanceof Error ? errorInstance.message : errorInstance);
  const replay = ['--runs', '1', '--seed', result.seed, '--path', counterexamplePath, ...flags];
  console.log(`Replay: npm run soak -- ${replay.join(' ')}`);
  return true;
}

/** Shares the schedules among processes. Returns whether one of them failed. */
async function share(): Promise<boolean> {
  const codes = Array.from({ length: jobs }, async (_, index) => {
    const part = String(Math.ceil((runs - index) / jobs));
    const args = ['--runs', part, '--seed', String(seed + index), ...flags];
    const child = spawn(process.execPath, [import.meta.filename, ...args], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    return code;
  });
  return (await Promise.all(codes)).some((code) => code !== 0);
}
