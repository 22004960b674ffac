/** A line of a log that the runner acts on, as it parses it (actions/runner, `ActionCommand.cs`). */
export interface Command {
  readonly name: string;
  readonly data: string;
}

/** White space as .NET's `TrimStart` sees it. */
const LEADING_SPACE = /^[\p{Z}\t-\r\u0085]+/u;

/**
 * Every workflow command in what a step printed: lines end at `\n`, `\r\n` and `\r`, as in .NET's `ReadLine`; after white
 * space, `::name …::data` is one, and `##[name …]data` wherever it stands.
 */
export function commandsIn(printed: string): Command[] {
  return printed.split(/\r\n|\n|\r/).flatMap((line) => {
    const modern = /^::([^\s:]+)[^:]*(?::[^:]+)*?::(.*)$/.exec(line.replace(LEADING_SPACE, ''));
    if (modern) return [{ name: modern[1] ?? '', data: modern[2] ?? '' }];
    const old = /##\[([^\s\]]*)[^\]]*\](.*)$/.exec(line);
    return old ? [{ name: `##[${old[1]}]`, data: old[2] ?? '' }] : [];
  });
}
