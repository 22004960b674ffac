import {
  array,
  type BaseIssue,
  type BaseSchema,
  boolean,
  check,
  type GenericSchema,
  type InferOutput,
  looseObject,
  nullish,
  object,
  optional,
  pipe,
  regex,
  string,
  unknown,
} from 'valibot';

/** What an answer's body is to look like. */
export type Schema<T> = BaseSchema<unknown, T, BaseIssue<unknown>>;

/** Shapes of the Hub's answers (hub-openapi.json), as far as they are used here: what is not named is passed over. */

export const groupShape = object({
  id: pipe(string(), regex(/^[0-9a-f]{24}$/)),
  name: string(),
  description: nullish(string()),
  autoJoin: optional(looseObject({ enabled: boolean() })),
  users: array(object({ name: string(), role: string() })),
  resources: optional(array(unknown())),
  repos: optional(array(unknown())),
});
export type Group = InferOutput<typeof groupShape>;

/** A group that says itself that it is the one asked for: who is in another one, by whatever mistake, means nothing. */
export function groupOfId(id: string): GenericSchema<unknown, Group> {
  return pipe(
    groupShape,
    check((group) => group.id === id),
  );
}

export const groupsShape = array(groupShape);

export const membersShape = array(
  object({ user: string(), role: optional(string()), verifiedEmail: nullish(string()) }),
);
export type OrganizationMember = InferOutput<typeof membersShape>[number];
