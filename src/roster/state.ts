import { quoted } from '../text/words.ts';

/** Words of other tools that say plainly that a person is active, or is no longer. */
const ACTIVE = new Set([
  ...['present', 'active', 'enabled', 'current', 'employed', 'enrolled', 'approved', 'member'],
  ...[
    'aktiv',
    'aktiviert',
    'actif',
    'active',
    'activo',
    'activa',
    'ativo',
    'ativa',
    'attivo',
    '有効',
    '启用',
    '在职',
  ],
]);
const INACTIVE = new Set([
  ...[
    'absent',
    'inactive',
    'disabled',
    'suspended',
    'terminated',
    'deactivated',
    'deprovisioned',
    'left',
    'former',
  ],
  ...[
    'departed',
    'offboarded',
    'archived',
    'deleted',
    'removed',
    'revoked',
    'withdrawn',
    'unenrolled',
    'blocked',
  ],
  ...[
    'inaktiv',
    'deaktiviert',
    'gesperrt',
    'inactif',
    'désactivé',
    'inactivo',
    'inativo',
    'inattivo',
    '無効',
    '停用',
    '离职',
  ],
]);
/** A yes or a no to what the heading says. */
const YES = new Set(['yes', 'y', 'true', 't', '1', 'on', 'ja', 'oui', 'sí', 'si', 'sim', 'sì', 'はい', '是']);
const NO = new Set(['no', 'n', 'false', 'f', '0', 'off', 'nein', 'non', 'não', 'nao', 'いいえ', '否']);
/** What a Slack export says of people with an active account. */
const SLACK_ACTIVE = new Set([
  ...['admin', 'owner', 'primary owner', 'workspace admin', 'workspace owner', 'workspace primary owner'],
  ...['single-channel guest', 'multi-channel guest', 'guest'],
]);

/** How the cells of the column `state` are to be understood. */
export interface StateColumn {
  /** The heading asks for the contrary, as `suspended` does: a yes means absent. */
  readonly isInverted: boolean;
  /** The file is an export of the members of a Slack workspace. */
  readonly isSlack: boolean;
}

/** Whether the file with these headings is Slack's export of members, by columns that no other tool has. */
export function isSlackExport(headings: readonly string[]): boolean {
  return headings.includes('billing-active') && headings.includes('has-2fa');
}

/** The state that a cell means; undefined if it is in doubt. Empty means present. */
export function parseState(
  text: string,
  { isInverted, isSlack }: StateColumn,
): 'present' | 'absent' | undefined {
  const word = text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ');
  if (word === '' || word === 'present') return 'present';
  if (word === 'absent') return 'absent';
  if (YES.has(word)) return isInverted ? 'absent' : 'present';
  if (NO.has(word)) return isInverted ? 'present' : 'absent';
  // "active" under "suspended" can speak of the account or of its suspension.
  if (ACTIVE.has(word) || (isSlack && SLACK_ACTIVE.has(word))) return isInverted ? undefined : 'present';
  return INACTIVE.has(word) ? 'absent' : undefined;
}

/** What to say of a cell whose state is in doubt. */
export function notAState(text: string): string {
  return `${quoted(text)} is not a state. Write \`present\` or \`absent\`, or leave the cell empty. If the column is something else, add the line \`state = -\` to the input \`csv-columns\`.`;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
/** RFC 3339, 5.6, with the space that it allows in place of the `T`. */
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The last moment of a membership that ends at `text`, in milliseconds since 1970: the end of that day in UTC
 * for `YYYY-MM-DD`, or the moment of an RFC 3339 time with an offset. Undefined if it is neither, or no day
 * of a calendar.
 */
export function parseExpiry(text: string): number | undefined {
  const [, year, month, day] = DATE.exec(text) ?? DATE_TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (midnight.toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return undefined;
  if (DATE.test(text)) return midnight.getTime() + DAY_MS - 1;
  // A leap second is the last moment of its minute here: Date knows none.
  const moment = Date.parse(
    text
      .toUpperCase()
      .replace(' ', 'T')
      .replace(/:60(?=[.Z+-])/, ':59'),
  );
  return Number.isNaN(moment) ? undefined : moment;
}

/** What to say of a cell that is not an end date. */
export function notAnExpiry(text: string): string {
  return `${quoted(text)} is not an end date. Write the last day as \`YYYY-MM-DD\`, for example \`2027-01-31\`, or a time with an offset, for example \`2027-01-31T18:00:00+01:00\`. If the column is something else, add the line \`expires = -\` to the input \`csv-columns\`.`;
}
