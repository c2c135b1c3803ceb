/** A server and its events, written out. */

import { Signal } from '@lumino/signaling';

import type {
  BuildRequest,
  BuildView,
  DraftView,
  EnvironmentEvent,
  EnvironmentView,
  KernelChoice,
  KernelMap,
  PackageList
} from '../src/_wire';
import type { IClient } from '../src/client';
import type { IEvents } from '../src/events';
import { build, environment } from './shapes';

export class FakeClient implements IClient {
  readonly asked: string[] = [];
  view: EnvironmentView = environment();
  map: KernelMap = { projects: [], choices: [] };
  log: BuildView['log'] = [];
  readonly requests: BuildRequest[] = [];
  failure: Error | null = null;

  async environment(path: string): Promise<EnvironmentView> {
    this.note(`environment ${path}`);
    return this.view;
  }

  async remove(project: string): Promise<EnvironmentView> {
    this.note(`remove ${project}`);
    return this.view;
  }

  async packages(project: string): Promise<PackageList> {
    this.note(`packages ${project}`);
    return { packages: [] };
  }

  async kernels(): Promise<KernelMap> {
    this.note('kernels');
    return this.map;
  }

  async chooseKernel(choice: KernelChoice): Promise<KernelMap> {
    this.note(`choose ${choice.notebook} ${choice.kernel}`);
    this.map = { ...this.map, choices: [choice] };
    return this.map;
  }

  async chooseFile(): Promise<EnvironmentView> {
    this.note('file');
    return this.view;
  }

  async build(request: BuildRequest): Promise<BuildView> {
    this.note(`build ${request.verb}`);
    this.requests.push(request);
    return build({ verb: request.verb });
  }

  async buildSince(id: string, after: number): Promise<BuildView> {
    this.note(`log ${id} ${after}`);
    return build({ id, log: this.log.filter(line => line.number > after) });
  }

  async cancel(id: string): Promise<BuildView> {
    this.note(`cancel ${id}`);
    return build({ outcome: 'cancelled' });
  }

  async draft(): Promise<DraftView> {
    this.note('draft');
    return {
      path: 'course/environment.yml',
      text: 'name: course\n',
      notes: []
    };
  }

  private note(question: string): void {
    this.asked.push(question);
    if (this.failure) {
      throw this.failure;
    }
  }
}

export class FakeEvents implements IEvents {
  readonly heard = new Signal<this, EnvironmentEvent>(this);
  readonly gap = new Signal<this, void>(this);
}

/** Lets everything that waits for nothing outside run. */
export async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}
