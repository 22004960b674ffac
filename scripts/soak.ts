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
  },
});
const runs = Number(values.runs);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const job = values.removal ? 'sync-members' : 'add-members';
console.log(`${runs} schedules of ${job}, seed ${seed}`);
const started = performance.now();
let done = 0;
const result = await fc.check(
  fc.asyncProperty(schedules(values.removal), async (schedule) => {
    const broken = await brokenPromises(schedule);
    done += 1;
    if (done % 1000 === 0) console.log(`${done} done`);
    if (broken.length > 0) throw new Error(broken.join('\n'));
  }),
  { numRuns: runs, seed, ...(values.path === undefined ? {} : { path: values.path }) },
);
const seconds = Math.round((performance.now() - started) / 1000);
if (result.failed) {
  console.log(JSON.stringify(result.counterexample?.[0]));
  console.log(result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance);
  const flag = values.removal ? ' --removal' : '';
  console.log(
    `Replay: npm run soak -- --runs 1 --seed ${result.seed} --path ${result.counterexamplePath}${flag}`,
  );
  process.exit(1);
}
console.log(`${runs} schedules of ${job} held in ${seconds} s.`);
process.exit(0);
