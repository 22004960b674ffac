import { NO_OUTCOMES } from '../membership/outcome.ts';
import { runMembership } from '../membership/run.ts';
import { readAddMembersInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction(
  'Add members',
  (cancellation) => runMembership(readAddMembersInputs(), cancellation),
  NO_OUTCOMES,
);
