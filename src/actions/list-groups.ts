import { readListGroupsInputs } from '../runner/inputs.ts';
import { listGroupsStep } from '../list-groups/run.ts';
import { runAction } from './run-action.ts';

await runAction((cancellation) => listGroupsStep(readListGroupsInputs(), cancellation));
