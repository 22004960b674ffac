import { formatLocation } from '../../roster/entry.ts';
import type { Log } from '../../runner/log.ts';
import { lazyMap } from '../../text/chunked.ts';
import { many } from '../../text/words.ts';
import { labelOf, type Outcome } from '../outcome.ts';
import { failsStep, type RunResult } from '../run-result.ts';
import { effort } from './effort.ts';
import { headline } from './headline.ts';

/** The end of the log: a folded list of the results, what happened in one line, what it took, and where to read on. */
export async function logEnd(result: RunResult, log: Log): Promise<void> {
  const { outcomes, run } = result;
  if (outcomes.length > 0) {
    log.startGroup(`Results: ${many(outcomes.length, 'membership', 'memberships')}`);
    await log.infoLines(lazyMap(outcomes, lineOf));
    log.endGroup();
  }
  // The message with which a step fails starts with the headline.
  if (!failsStep(result)) log.info(`${headline(result)}.`);
  const keptRoles = outcomes.filter(({ code }) => code === 'role-differs').length;
  if (keptRoles > 0)
    log.info(`${many(keptRoles, 'existing member keeps', 'existing members keep')} another role.`);
  log.info(`${effort(result)}.`);
  if (run !== undefined && run.action !== '') log.info(`Action: ${run.action}.`);
  if (run !== undefined && run.url !== '') log.info(`Summary and report files: ${run.url}`);
}

function lineOf({ location, input, user, groupName, code, role, previousRole }: Outcome): string {
  const roles = [...new Set([previousRole, role])].filter((one) => one !== null).join(' → ');
  const person = user === null || user === input ? input : `${user} (${input})`;
  const written = location === undefined ? '' : `, ${formatLocation(location)}`;
  return `${person}, ${groupName}: ${labelOf(code)}${roles === '' ? '' : `, ${roles}`}${written}`;
}
