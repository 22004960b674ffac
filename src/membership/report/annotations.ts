import type { SourceLocation } from '../../roster/entry.ts';
import { formatLocation } from '../../roster/entry.ts';
import type { FileLine, Log } from '../../runner/log.ts';
import { lazyMap } from '../../text/chunked.ts';
import { many, number } from '../../text/words.ts';
import { isFailure, needsAttention, type Outcome, remedyOf } from '../outcome.ts';
import { badRows, type RunResult } from '../run-result.ts';

/**
 * Annotations of a kind that the runner shows for one step; it drops the others without a word. One error is kept free
 * for `setFailed`, which is an annotation too.
 */
const MOST = { error: 9, warning: 10 } as const;

type Kind = keyof typeof MOST;

interface Note {
  readonly kind: Kind;
  readonly location: SourceLocation | undefined;
  /** Made when it is written: of 100,000 rows, the texts are many times as large as what they are made from. */
  readonly text: () => string;
}

/**
 * Annotates every row that somebody has to look at, on its file and line where it has one: errors for what fails the step,
 * warnings for what does not. What the runner would drop is logged instead, with its place, and the last annotation says so.
 * Trouble of a group or the whole run is left to `setFailed`, and whoever was not dealt with because of it gets no annotation.
 */
export async function annotate(result: RunResult, log: Log): Promise<void> {
  const notes = [...rowNotes(result), ...outcomeNotes(result)];
  let rest: Note[] = [];
  for (const kind of ['error', 'warning'] as const) {
    const ofKind = notes.filter((note) => note.kind === kind);
    const shown = ofKind.length > MOST[kind] ? MOST[kind] - 1 : ofKind.length;
    for (const note of ofKind.slice(0, shown)) log[kind](note.text(), fileLineOf(note.location));
    if (shown < ofKind.length) {
      log[kind](
        `${number(ofKind.length - shown)} more of this kind: see the log of this step and the job summary.`,
      );
    }
    rest = rest.concat(ofKind.slice(shown));
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

function rowNotes(result: RunResult): Note[] {
  return badRows(result).map(({ location, message, remedy }) => ({
    kind: 'error',
    location,
    text: () => `${message} ${remedy}`.trim(),
  }));
}

function outcomeNotes(result: RunResult): Note[] {
  return result.outcomes
    .filter((outcome) => needsAttention(outcome) && !SILENT.has(outcome.code))
    .map((outcome) => ({
      kind: isFailure(outcome, result.allowMissing) ? 'error' : 'warning',
      location: outcome.location,
      text: () =>
        `${outcome.input} (${outcome.groupName}): ${outcome.message} ${remedyOf(outcome.code, result)}`.trim(),
    }));
}

const SILENT: ReadonlySet<Outcome['code']> = new Set(['not-attempted', 'cancelled']);

function fileLineOf(location: SourceLocation | undefined): FileLine | undefined {
  return location !== undefined && 'file' in location ? location : undefined;
}
