import { readAddMembersInputs } from '../inputs.ts';
import { addMembersStep } from '../steps/add-members.ts';
import { runAction } from './run-action.ts';

await runAction((lifetime) => addMembersStep(readAddMembersInputs(), lifetime));
