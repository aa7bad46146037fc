/**
 * The file of a worker thread's entry, wherever the code runs from: the source beside this file under Node's type
 * stripping, or the built worker beside the chunk this was bundled into.
 */
export const workerFile = (name: string): URL =>
  new URL(`./${name}.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
