import { runMembership } from '../membership/run.ts';
import { readAddMembersInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction((cancellation) => runMembership(readAddMembersInputs(), cancellation));
