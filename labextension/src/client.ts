import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  BuildRequest,
  BuildView,
  DraftRequest,
  DraftView,
  EnvironmentView,
  ErrorView,
  FileChoice,
  KernelChoice,
  KernelMap,
  PackageList
} from './_wire';
import { EnvsError } from './errors';

/** What the server can be asked; every method throws `EnvsError`. */
export interface IClient {
  /** The project nearest to a notebook, file or folder. */
  environment(path: string): Promise<EnvironmentView>;
  /** Removes what was built; the file stays. */
  remove(project: string): Promise<EnvironmentView>;
  packages(project: string): Promise<PackageList>;
  kernels(): Promise<KernelMap>;
  /** An empty kernel forgets the choice. */
  chooseKernel(choice: KernelChoice): Promise<KernelMap>;
  chooseFile(choice: FileChoice): Promise<EnvironmentView>;
  build(request: BuildRequest): Promise<BuildView>;
  /** A build with the lines of its log that are numbered beyond `after`. */
  buildSince(id: string, after: number): Promise<BuildView>;
  cancel(id: string): Promise<BuildView>;
  /** The text of a new environment file; writes nothing. */
  draft(request: DraftRequest): Promise<DraftView>;
}

/** The only place that knows the server's addresses. */
export class EnvsClient implements IClient {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly trans: TranslationBundle
  ) {}

  environment(path: string): Promise<EnvironmentView> {
    return this.request('GET', ['environment'], { path });
  }

  remove(project: string): Promise<EnvironmentView> {
    return this.request('DELETE', ['environment'], { project });
  }

  packages(project: string): Promise<PackageList> {
    return this.request('GET', ['packages'], { project });
  }

  kernels(): Promise<KernelMap> {
    return this.request('GET', ['kernels']);
  }

  chooseKernel(choice: KernelChoice): Promise<KernelMap> {
    return this.request('PUT', ['kernels'], {}, choice);
  }

  chooseFile(choice: FileChoice): Promise<EnvironmentView> {
    return this.request('PUT', ['file'], {}, choice);
  }

  build(request: BuildRequest): Promise<BuildView> {
    return this.request('POST', ['builds'], {}, request);
  }

  buildSince(id: string, after: number): Promise<BuildView> {
    return this.request('GET', ['builds', id], { after: String(after) });
  }

  cancel(id: string): Promise<BuildView> {
    return this.request('DELETE', ['builds', id]);
  }

  draft(request: DraftRequest): Promise<DraftView> {
    return this.request('POST', ['draft'], {}, request);
  }

  private async request<T>(
    method: string,
    parts: string[],
    query: Record<string, string> = {},
    body?: object
  ): Promise<T> {
    const path = parts.map(encodeURIComponent);
    const url =
      URLExt.join(this.settings.baseUrl, 'jupyter-envs', ...path) +
      URLExt.objectToQueryString(query);
    const init = body
      ? {
          method,
          body: JSON.stringify(body),
          // A browser would call it plain text, which the server refuses.
          headers: { 'Content-Type': 'application/json' }
        }
      : { method };
    const response = await ServerConnection.makeRequest(
      url,
      init,
      this.settings
    ).catch(() => {
      throw this.unreachable();
    });
    const content = await parsed(response);
    if (response.ok && content !== undefined) {
      return content as T;
    }
    throw isErrorView(content)
      ? new EnvsError(content)
      : this.strange(response.status);
  }

  private unreachable(): EnvsError {
    return new EnvsError({
      code: 'unreachable',
      message: this.trans.__('Jupyter Server does not answer'),
      hint: this.trans.__('Check that it is still running, then try again')
    });
  }

  /** An answer that is not of our making: of a proxy, or of a server without the extension. */
  private strange(status: number): EnvsError {
    if (status === 404) {
      return new EnvsError({
        code: 'missing',
        message: this.trans.__(
          'The server extension `jupyter_envs` is not enabled'
        ),
        hint: this.trans.__(
          'Run `jupyter server extension enable jupyter_envs`, then restart Jupyter Server'
        )
      });
    }
    return new EnvsError({
      code: 'strange',
      message: this.trans.__('Jupyter Server answered with status %1', status),
      hint: this.trans.__(
        'Try again; if it stays so, read the log of the server'
      )
    });
  }
}

async function parsed(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return undefined;
  }
}

function isErrorView(content: unknown): content is ErrorView {
  const view = content as Partial<ErrorView> | null | undefined;
  return (
    typeof view?.code === 'string' &&
    typeof view.message === 'string' &&
    typeof view.hint === 'string'
  );
}
