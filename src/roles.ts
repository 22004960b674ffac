/** Roles in a resource group, weakest first (hub-api.md, "Roles"). */
export const ROLES = ['read', 'contributor', 'write', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Whether `text` is, letter for letter, one of the four roles that a resource group knows. */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
