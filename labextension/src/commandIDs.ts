export const CommandIDs = {
  show: 'jupyter-envs:show',
  review: 'jupyter-envs:review',
  build: 'jupyter-envs:build',
  buildFile: 'jupyter-envs:build-file',
  cancel: 'jupyter-envs:cancel',
  newFile: 'jupyter-envs:new-file',
  restartBehind: 'jupyter-envs:restart-behind',
  useAnotherKernel: 'jupyter-envs:use-another-kernel',
  openTerminal: 'jupyter-envs:open-terminal',
  remove: 'jupyter-envs:remove'
} as const;
