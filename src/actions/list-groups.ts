import { listGroupsStep } from '../list-groups/run.ts';
import { readListGroupsInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction((cancellation) => listGroupsStep(readListGroupsInputs(), cancellation));
