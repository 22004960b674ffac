import { readListGroupsInputs } from '../inputs.ts';
import { listGroupsStep } from '../steps/list-groups.ts';
import { runAction } from './run-action.ts';

await runAction((lifetime) => listGroupsStep(readListGroupsInputs(), lifetime));
