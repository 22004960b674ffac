import { listGroupsStep } from '../list-groups/run.ts';
import { readListGroupsInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction('List groups', (cancellation) => listGroupsStep(readListGroupsInputs(), cancellation));
