/** The form of a resource group's id: 24 hex digits (hub-openapi.json), in whatever case somebody writes them. */
export const GROUP_ID = /^[0-9a-f]{24}$/i;
