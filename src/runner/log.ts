import { once } from 'node:events';
import * as core from '@actions/core';
import { inPieces } from '../text/chunked.ts';
import { logSafe } from '../text/one-line.ts';
import { redactEmails } from '../text/redact.ts';

/** A line of a file in the workspace. */
export interface FileLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** The log of a step. Whatever passes through is one line, starts no workflow command and, if wished, holds no e-mail. */
export interface Log {
  info(line: string): void;
  /** The same for many lines, no faster than they are read: what nobody has read yet takes memory. */
  infoLines(lines: Iterable<string>): Promise<void>;
  debug(line: string): void;
  /** An annotation, on a line of a file where one is given. */
  warning(message: string, at?: FileLine): void;
  error(message: string, at?: FileLine): void;
  /** What is logged until `endGroup` is folded away behind `name`. Groups cannot be nested. */
  startGroup(name: string): void;
  endGroup(): void;
}

/** The log, with every e-mail redacted where `redact`. */
export function createLog({ redact }: { redact: boolean }): Log {
  const clean = (text: string) => logSafe(redact ? redactEmails(text) : text);
  return {
    info: (line) => core.info(clean(line)),
    async infoLines(lines) {
      const ended = function* () {
        for (const line of lines) yield `${clean(line)}\n`;
      };
      for (const piece of inPieces(ended())) {
        core.info(piece.slice(0, -1));
        if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
      }
    },
    debug: (line) => core.debug(clean(line)),
    warning: (message, at) => core.warning(clean(message), properties(at)),
    error: (message, at) => core.error(clean(message), properties(at)),
    startGroup: (name) => core.startGroup(clean(name)),
    endGroup: core.endGroup,
  };
}

function properties(at: FileLine | undefined): core.AnnotationProperties {
  return at === undefined ? {} : { file: at.file, startLine: at.line };
}

/** Runs one phase of an action, with the lines that it logs folded away behind `name`. */
export async function phase<T>(log: Log, name: string, work: () => Promise<T>): Promise<T> {
  log.startGroup(name);
  return await work().finally(log.endGroup);
}
