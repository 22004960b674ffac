import { formatLocation, type SourceLocation } from '../../roster/entry.ts';
import type { FileLine, Log } from '../../runner/log.ts';
import { lazyMap } from '../../text/chunked.ts';
import { many, number, upperFirst } from '../../text/words.ts';
import { isFailure, labelOf, needsAttention, type Outcome, remedyOf } from '../outcome.ts';
import { badRows, failsStep, type RunResult } from '../run-result.ts';
import { headline, isCauseOfRun, isUnreached } from './headline.ts';
import { effort } from './summary.ts';

/**
 * Annotations of each kind that the runner shows for one step. It drops the others without a word. One error
 * is kept free for `setFailed`, which is an annotation, too.
 */
const MAX = { error: 9, warning: 10, notice: 10 } as const;

type Kind = keyof typeof MAX;

const KINDS = Object.keys(MAX) as Kind[];

interface Annotation {
  readonly kind: Kind;
  readonly location: SourceLocation | undefined;
  readonly title: string;
  /** Made when it is written: the texts of 100,000 rows take many times the memory of the rows. */
  readonly text: () => string;
}

/**
 * Annotates each row that needs attention, on its line of the file if it has one: errors for what fails the
 * step, warnings for what does not, and in dry runs a notice for each person who would become an admin. What
 * the runner would drop is logged with its location instead, and the last annotation says so. Trouble of a
 * group or of the whole run is left to `setFailed`.
 */
export async function annotate(result: RunResult, log: Log): Promise<void> {
  const annotations = [...ofRows(result), ...ofOutcomes(result)];
  let rest: Annotation[] = [];
  for (const kind of KINDS) {
    const ofKind = annotations.filter((annotation) => annotation.kind === kind);
    const shown = ofKind.length > MAX[kind] ? MAX[kind] - 1 : ofKind.length;
    for (const { text, location, title } of ofKind.slice(0, shown)) {
      log[kind](text(), fileLineOf(location), title);
    }
    const more = ofKind.slice(shown);
    if (more.length > 0) log[kind](overflow(kind, more.length), undefined, 'More of this kind');
    rest = rest.concat(more);
  }
  if (rest.length === 0) return;
  log.startGroup(
    many(rest.length, 'row without an annotation of its own', 'rows without an annotation of their own'),
  );
  await log.infoLines(
    lazyMap(
      rest,
      ({ location, text }) => `${location === undefined ? '' : `${formatLocation(location)}: `}${text()}`,
    ),
  );
  log.endGroup();
}

function overflow(kind: Kind, count: number): string {
  const what =
    kind === 'notice'
      ? many(count, 'more person would become an admin', 'more people would become admins')
      : `${number(count)} more`;
  return `${what}: see the log of this step and the job summary.`;
}

function ofRows(result: RunResult): Annotation[] {
  return badRows(result).map(({ location, message, remedy }) => ({
    kind: 'error',
    location,
    title: 'Row cannot be used',
    text: () => `${message} ${remedy}`.trim(),
  }));
}

function ofOutcomes(result: RunResult): Annotation[] {
  return result.outcomes.flatMap((outcome): Annotation[] => {
    const kind = kindOf(outcome, result);
    if (kind === undefined) return [];
    const { code, location, input, groupName, message } = outcome;
    const title = kind === 'notice' ? 'Admin role' : upperFirst(labelOf(code));
    const text = () => `${input} (${groupName}): ${message} ${remedyOf(code, result)}`.trim();
    return [{ kind, location, title, text }];
  });
}

function kindOf(outcome: Outcome, result: RunResult): Kind | undefined {
  const { code, role, previousRole } = outcome;
  if (isUnreached(outcome) || isCauseOfRun(code, result)) return undefined;
  if (needsAttention(outcome)) return isFailure(outcome, result.allowMissing) ? 'error' : 'warning';
  if ((code === 'would-add' || code === 'would-update') && role === 'admin') return 'notice';
  // Add-members never removes: a person whose access should have ended still has it.
  const shouldHaveLeft = code === 'skipped-absent' || code === 'skipped-expired';
  return shouldHaveLeft && previousRole !== null ? 'warning' : undefined;
}

function fileLineOf(location: SourceLocation | undefined): FileLine | undefined {
  return location !== undefined && 'file' in location ? location : undefined;
}

/** The end of the log: a folded list of the results, what happened in one line, and what it took. */
export async function logEnd(result: RunResult, log: Log): Promise<void> {
  const { outcomes } = result;
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
}

function lineOf({ location, input, user, groupName, code, role, previousRole }: Outcome): string {
  const roles = [...new Set([previousRole, role])]
    .filter((one) => one !== null)
    .join(code === 'role-differs' ? ', asked for ' : ' → ');
  const person = user === null || user === input ? input : `${user} (${input})`;
  const written = location === undefined ? '' : `, ${formatLocation(location)}`;
  return `${person}, ${groupName}: ${labelOf(code)}${roles === '' ? '' : `, ${roles}`}${written}`;
}
