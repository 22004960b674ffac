import {
  array,
  type BaseIssue,
  type BaseSchema,
  boolean,
  check,
  fallback,
  type GenericSchema,
  type InferOutput,
  nullable,
  nullish,
  number,
  object,
  optional,
  pipe,
  regex,
  string,
  transform,
  unknown,
} from 'valibot';

/** The expected shape of a response's body. */
export type Schema<T> = BaseSchema<unknown, T, BaseIssue<unknown>>;

/*
 * Shapes of the Hub's responses (hub-openapi.json), as far as they are used here. Properties that are not named are
 * dropped. What decides nothing is undefined if it is absent or of another type.
 */

const text = fallback(optional(string()), undefined);

const groupUserShape = object({
  name: string(),
  role: string(),
  /** Stays when the account is renamed. */
  _id: text,
  orgRole: text,
  addedBy: text,
  roleSetBy: text,
});
export type GroupUser = InferOutput<typeof groupUserShape>;

/** If it is unreadable, it counts as switched on, so that no unlisted member of such a group is removed. */
const autoJoinShape = fallback(object({ enabled: boolean(), role: text, scope: text }), {
  enabled: true,
  role: undefined,
  scope: undefined,
});

export const groupShape = pipe(
  object({
    id: pipe(string(), regex(/^[0-9a-f]{24}$/)),
    name: string(),
    description: fallback(nullish(string()), undefined),
    autoJoin: nullish(autoJoinShape),
    users: nullable(array(fallback(nullable(groupUserShape), null))),
    resources: nullish(array(unknown())),
    repos: nullish(array(unknown())),
  }),
  transform(({ users, ...group }) => {
    const readable = (users ?? []).filter((user) => user !== null);
    const unreadableUsers = users === null ? 1 : users.length - readable.length;
    return { ...group, users: readable, ...(unreadableUsers === 0 ? {} : { unreadableUsers }) };
  }),
);

/** A resource group. If it has `unreadableUsers`, it can have members who are not in `users`. */
export type Group = Omit<InferOutput<typeof groupShape>, 'users' | 'unreadableUsers'> & {
  readonly users: GroupUser[];
  readonly unreadableUsers?: number;
};

/** The group with this id; any other group in its place is unusable. */
export function groupOfId(id: string): GenericSchema<unknown, Group> {
  return pipe(
    groupShape,
    check((group) => group.id === id),
  );
}

export const memberShape = object({
  user: string(),
  role: text,
  verifiedEmail: nullish(string()),
  /** The member's groups. `numUsers` counts the members of the group. */
  resourceGroups: fallback(
    nullish(array(object({ id: string(), name: string(), role: string(), numUsers: number() }))),
    undefined,
  ),
});
export type OrganizationMember = InferOutput<typeof memberShape>;

export const serviceAccountShape = object({ user: string() });
export type ServiceAccount = InferOutput<typeof serviceAccountShape>;

/**
 * Kinds of things on the Hub that are repositories (hub-openapi.json); a group can also have collections,
 * jobs and the like.
 */
export const REPOSITORY_KINDS: ReadonlySet<string> = new Set([
  'model',
  'dataset',
  'space',
  'bucket',
  'kernel',
  'container',
]);
