/**
 * The bytes of the CSV at `path`, relative to `workspace`.
 * @throws InputError where it is missing, not a regular file, outside of the workspace, too large or not readable.
 */
export async function readCsvFile(_path: string, _workspace: string): Promise<Uint8Array> {
  return new Uint8Array();
}
