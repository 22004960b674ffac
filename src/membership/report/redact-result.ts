import { hideQuotations, redactAll, redactEmails } from '../../text/redact.ts';
import type { Outcome } from '../outcome.ts';
import type { RunProblem, RunResult } from '../run-result.ts';

/**
 * `result` with every email address in it redacted, in inputs, messages, and names of groups. Locations stay:
 * annotations need the true name of the file, and its line leads to the person.
 */
export function redactResult(result: RunResult): RunResult {
  const { outcomes, problems, changes, groups } = result;
  const names = new Map<string, string>();
  const groupName = (name: string) => {
    const known = names.get(name) ?? redactEmails(name);
    names.set(name, known);
    return known;
  };
  return {
    ...result,
    groups: redactAll(groups),
    outcomes: outcomes.map((outcome) => redactOutcome(outcome, groupName)),
    problems: problems.map(redactProblem),
    ...(changes === undefined ? {} : { changes }),
  };
}

function redactOutcome(outcome: Outcome, groupName: (name: string) => string): Outcome {
  const { input, user, message, note } = outcome;
  return {
    ...outcome,
    input: redactEmails(input),
    user: user === null ? null : redactEmails(user),
    groupName: groupName(outcome.groupName),
    message: redactEmails(message),
    ...(note === undefined ? {} : { note: redactEmails(note) }),
  };
}

/** Of a row that could not be read, it is not known which of its cells is an address. */
function redactProblem({ message, remedy, ...problem }: RunProblem): RunProblem {
  const shown = problem.location === undefined ? message : hideQuotations(message);
  return { ...problem, message: redactEmails(shown), remedy: redactEmails(remedy) };
}
