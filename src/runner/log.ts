import { once } from 'node:events';
import * as core from '@actions/core';
import { chunked, type Lazy } from '../text/chunked.ts';
import { clip, logSafe } from '../text/one-line.ts';
import { redactEmails } from '../text/redact.ts';
import { many } from '../text/words.ts';
import { diskCause, diskTrouble } from './disk-trouble.ts';

/** A line of a file in the workspace. */
export interface FileLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * The log of a step. What passes through is one line, starts no workflow command and, if addresses are
 * redacted, contains no email address.
 */
export interface Log {
  info(line: string): void;
  /**
   * The same for many lines, no faster than they are read, because lines that were not read yet take memory.
   * Only the first 10,000 are written, and the log says how many are left out.
   */
  infoLines(lines: Lazy<string>): Promise<void>;
  debug(line: string): void;
  /** An annotation, on a line of a file and under a title if they are given. */
  notice(message: string, at?: FileLine, title?: string): void;
  warning(message: string, at?: FileLine, title?: string): void;
  error(message: string, at?: FileLine, title?: string): void;
  /**
   * Tells that `what`, a file of the runner, could not be written: the first time as a warning with what to do, and
   * from then on as a line, because mostly all files have the same trouble.
   */
  runnerTrouble(what: string, error: unknown): void;
  /** Does `work`; what is logged in the meantime is folded behind `name`. Phases cannot be nested. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** What is logged until `endGroup` is folded behind `name`. Groups cannot be nested. */
  startGroup(name: string): void;
  endGroup(): void;
}

/** Lines that {@link Log.infoLines} writes at most: browsers still show a log of that size. */
export const MAX_LINES = 10_000;

/** GitHub cuts an annotation after 4,096 characters. */
const MAX_ANNOTATION = 4_000;

/** The log, with each email address redacted if `redact`. */
export function createLog({ redact }: { redact: boolean }): Log {
  const clean = (text: string) => logSafe(redact ? redactEmails(text) : text);
  const properties = (at: FileLine | undefined, title: string | undefined): core.AnnotationProperties => ({
    ...(title === undefined ? {} : { title: clean(title) }),
    ...(at === undefined ? {} : { file: at.file, startLine: at.line }),
  });
  let hasTrouble = false;
  const log: Log = {
    info: (line) => core.info(clean(line)),
    async infoLines(lines) {
      for (const text of chunked(bounded(lines, (line) => `${clean(line)}\n`))) {
        core.info(text.slice(0, -1));
        await drained();
      }
    },
    debug: (line) => core.debug(clean(line)),
    notice: (message, at, title) => core.notice(clip(clean(message), MAX_ANNOTATION), properties(at, title)),
    warning: (message, at, title) =>
      core.warning(clip(clean(message), MAX_ANNOTATION), properties(at, title)),
    error: (message, at, title) => core.error(clip(clean(message), MAX_ANNOTATION), properties(at, title)),
    runnerTrouble(what, error) {
      if (hasTrouble) return log.info(diskCause(what, error));
      hasTrouble = true;
      log.warning(diskTrouble(what, error), undefined, 'Problem of the runner');
    },
    async phase(name, work) {
      log.startGroup(name);
      try {
        return await work();
      } finally {
        log.endGroup();
      }
    },
    startGroup: (name) => core.startGroup(clean(name)),
    endGroup: core.endGroup,
  };
  return log;
}

function* bounded(lines: Lazy<string>, ended: (line: string) => string): Generator<string> {
  let count = 0;
  for (const line of lines) {
    if (count === MAX_LINES) {
      yield ended(`${many(lines.length - count, 'more line is', 'more lines are')} left out of the log.`);
      return;
    }
    yield ended(line);
    count += 1;
  }
}

/**
 * Waits until what was written to the log is read. If nothing reads it any longer, there is nothing to wait
 * for.
 */
async function drained(): Promise<void> {
  if (!process.stdout.writableNeedDrain || process.stdout.destroyed) return;
  await once(process.stdout, 'drain').catch(() => undefined);
}
