import { readListGroupsInputs } from '../inputs.ts';
import { listGroupsStep } from '../list-groups-step.ts';
import { runAction } from './run-action.ts';

await runAction((lifetime) => listGroupsStep(readListGroupsInputs(), lifetime));
