/** Roles in a resource group, weakest first (hub-api.md, "Roles"). */
export const ROLES = ['read', 'contributor', 'write', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Whether `text` is, letter for letter, one of the four roles that a resource group knows. */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** Position of a role, weakest first; -1 for no role in the group. One that is not known here can be worth more than any other. */
export function rankOf(role: string | null): number {
  if (role === null || role === 'no_access') return -1;
  return isRole(role) ? ROLES.indexOf(role) : ROLES.length;
}

/** A resource group's id: 24 hex digits (hub-openapi.json), written by people in upper or lower case. */
export const GROUP_ID = /^[0-9a-f]{24}$/i;
