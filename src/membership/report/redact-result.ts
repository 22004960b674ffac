import { hideQuotations, redactAll, redactEmails } from '../../text/redact.ts';
import type { Outcome } from '../outcome.ts';
import type { RunProblem, RunResult } from '../run-result.ts';

type Redactor = (text: string) => string;

/**
 * `result` with every email address in it redacted, in inputs, messages, and names of groups. Locations stay:
 * annotations need the true name of the file, and its line leads to the person.
 */
export function redactResult(result: RunResult): RunResult {
  const { outcomes, problems, changes, groups } = result;
  const [name, message] = [remembering(redactEmails), remembering(redactEmails)];
  return {
    ...result,
    groups: redactAll(groups),
    outcomes: outcomes.map((outcome) => redactOutcome(outcome, name, message)),
    problems: problems.map(redactProblem),
    ...(changes === undefined ? {} : { changes }),
  };
}

/** `change`, which is not repeated for the same text as before: whole runs of outcomes share a sentence. */
function remembering(change: Redactor): Redactor {
  let [last, changed] = ['', ''];
  return (text) => {
    if (text !== last) [last, changed] = [text, change(text)];
    return changed;
  };
}

function redactOutcome(outcome: Outcome, ofName: Redactor, ofMessage: Redactor): Outcome {
  const { input, user, groupName, message, note } = outcome;
  return {
    ...outcome,
    input: redactEmails(input),
    user: user === null ? null : redactEmails(user),
    groupName: ofName(groupName),
    message: ofMessage(message),
    ...(note === undefined ? {} : { note: redactEmails(note) }),
  };
}

/** Of a row that could not be read, it is not known which of its cells is an address. */
function redactProblem({ message, remedy, ...problem }: RunProblem): RunProblem {
  const shown = problem.location === undefined ? message : hideQuotations(message);
  return { ...problem, message: redactEmails(shown), remedy: redactEmails(remedy) };
}
