import { many } from '../text/words.ts';
import { changesOf, type Plan } from './plan.ts';

/** Why the plan has too many changes, with both figures and the value that would let it pass; undefined if not. */
export function tooManyChanges(plan: Plan, maxChanges: number | undefined): string | undefined {
  const count = changesOf(plan).length;
  if (maxChanges === undefined || count <= maxChanges) return undefined;
  return `${many(count, 'change', 'changes')} would be made; the limit is ${maxChanges}. If that is meant, set \`max-changes: ${count}\`.`;
}
