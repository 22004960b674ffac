/** A resource group's id: 24 hex digits (hub-openapi.json), written by people in upper or lower case. */
export const GROUP_ID = /^[0-9a-f]{24}$/i;
