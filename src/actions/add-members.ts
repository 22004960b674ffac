import { readAddMembersInputs } from '../runner/inputs.ts';
import { addMembersStep } from '../membership/run-add.ts';
import { runAction } from './run-action.ts';

await runAction((cancellation) => addMembersStep(readAddMembersInputs(), cancellation));
