/** Contents paths: `/` between names, none in front, empty for the root. Pure. */

export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '' : path.slice(0, end);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `folder` or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The path as seen from a folder that it lies in; others stay as they are. */
export function relativeTo(path: string, folder: string): string {
  return folder && isWithin(path, folder)
    ? path.slice(folder.length + 1)
    : path;
}

/** Whether a file of that name may declare an environment, as `environment-gpu.yml`. */
export function isEnvironmentFile(path: string): boolean {
  return /^environment.*\.ya?ml$/i.test(nameOf(path));
}
