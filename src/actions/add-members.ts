import { addMembersStep } from '../add-members-step.ts';
import { readAddMembersInputs } from '../inputs.ts';
import { runAction } from './run-action.ts';

await runAction((lifetime) => addMembersStep(readAddMembersInputs(), lifetime));
