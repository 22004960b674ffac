/** What the system's error codes of files mean, in words that follow "because". */
const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'this is not permitted',
  EPERM: 'this is not permitted',
  ENOENT: 'the file or its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/**
 * What to say if `what` could not be written or read. Trouble with files of the runner is neither an error of
 * the user nor of this action, and the message says so.
 */
export function diskTrouble(what: string, error: unknown): string {
  return `${diskCause(what, error)} This is a problem of the runner, not of the inputs: check its disk space and its permissions.`;
}

/** The same without what to do about it. */
export function diskCause(what: string, error: unknown): string {
  const { code, message = String(error) } = fieldsOf(error);
  return `${what} because ${CAUSES[code ?? ''] ?? `of an error: ${message}`}.`;
}

/** Whether `error` comes from the file system: it names a system call and a code of the list above. */
export function isDiskTrouble(error: unknown): boolean {
  const { code, syscall } = fieldsOf(error);
  return code !== undefined && code in CAUSES && syscall !== undefined && syscall !== 'connect';
}

/**
 * The fields of a system error. They are looked at as they are: not every such error is an `Error` of this
 * realm.
 */
function fieldsOf(error: unknown): { code?: string; syscall?: string; message?: string } {
  return typeof error === 'object' && error !== null ? error : {};
}
