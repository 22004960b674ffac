import { measuredRun } from './bundle.ts';
import { withHub } from './hub.ts';
import { groupName } from './organization.ts';

/** What the log says when people begin to be added. */
const BEGINS = 'Apply the changes';

/** From the signal to the end of the step, with everything reported, when people are being added. */
export async function canceledRun(people: number): Promise<{ seconds: number; peakMiB: number }> {
  const rows = Array.from({ length: people }, (_, index) => `person-${index + 1}`);
  return withHub({ scenario: { people: 10 }, latencyMs: 0 }, async (hub) => {
    let canceledAt = 0;
    const { peakMiB } = await measuredRun(
      'add-members',
      hub.url,
      {
        inputs: { 'resource-group': groupName(0), csv: 'people.csv' },
        files: { 'people.csv': ['user', ...rows].join('\n') },
        onStart: (child) => {
          child.stdout?.on('data', (text: string) => {
            if (canceledAt > 0 || !text.includes(BEGINS)) return;
            canceledAt = performance.now();
            child.kill('SIGINT');
          });
        },
      },
      true,
    );
    if (canceledAt === 0) throw new Error(`The run never logged "${BEGINS}"`);
    const seconds = (performance.now() - canceledAt) / 1000;
    return { seconds, peakMiB };
  });
}
