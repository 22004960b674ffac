import type { RecordedRequest } from '../simulator/index.ts';

/** What a request is for, in words of a table; one of each is `1 …`. */
const KINDS = ['group', 'page', 'look-up', 'proof', 'chunk', 'refusal', 'other'] as const;
export type Kind = (typeof KINDS)[number];
export type KindCounts = Readonly<Partial<Record<Kind, number>>>;

export function countKinds(requests: readonly RecordedRequest[]): KindCounts {
  const counts: Partial<Record<Kind, number>> = {};
  for (const request of requests) {
    const kind = kindOf(request);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function kindOf({ method, path, query, status }: RecordedRequest): Kind {
  const { email } = query;
  if (method === 'POST' && path.endsWith('/users')) return status === 200 ? 'chunk' : 'refusal';
  if (method === 'GET' && /\/resource-groups(\/[0-9a-f]{24})?$/.test(path)) return 'group';
  if (method !== 'GET' || !path.endsWith('/members')) return 'other';
  if (email === undefined) return 'page';
  return email.startsWith('no-such-person-') ? 'proof' : 'look-up';
}

const WORDS: Readonly<Record<Kind, readonly [one: string, more: string]>> = {
  group: ['more read of the group', 'more reads of the group'],
  page: ['more page of the listing', 'more pages of the listing'],
  'look-up': ['look-up', 'look-ups'],
  proof: ['proof that the Hub searches the domain', 'proofs that the Hub searches the domain'],
  chunk: ['more write', 'more writes'],
  refusal: ['refused write', 'refused writes'],
  other: ['other request', 'other requests'],
};

/** The requests beyond those that cannot be avoided: `24 look-ups, 1 proof that the Hub searches the domain`. */
export function beyond(counts: KindCounts, floor: KindCounts): string {
  const parts = KINDS.flatMap((kind) => {
    const more = (counts[kind] ?? 0) - (floor[kind] ?? 0);
    if (more === 0) return [];
    if (more < 0) return [`${-more} fewer: ${WORDS[kind][0].replace('more ', '')}`];
    return [`${more.toLocaleString('en')} ${WORDS[kind][more === 1 ? 0 : 1]}`];
  });
  return parts.join(', ');
}
