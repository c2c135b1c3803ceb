import type { Event, ServiceManager } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { EnvironmentEvent } from './_wire';

const SCHEMA = 'https://events.jupyter.org/jupyter_envs/environment/v1';

/** News of projects as the server tells them. */
export interface IEvents {
  readonly heard: ISignal<IEvents, EnvironmentEvent>;
  /** Some may have been missed: what is known must be asked for again. */
  readonly gap: ISignal<IEvents, void>;
}

/**
 * Our events among those of the server.
 *
 * The stream repeats nothing, and does not say when it was cut: a lost server and a page
 * that slept are taken for gaps.
 */
export class ServerEvents implements IEvents, IDisposable {
  constructor(services: ServiceManager.IManager) {
    services.events.stream.connect(this.onEvent, this);
    services.connectionFailure.connect(this.onLost, this);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  get heard(): ISignal<this, EnvironmentEvent> {
    return this._heard;
  }

  get gap(): ISignal<this, void> {
    return this._gap;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    document.removeEventListener('visibilitychange', this.onVisible);
    window.clearTimeout(this.retry);
    Signal.clearData(this);
  }

  private onEvent(sender: Event.IManager, emission: Event.Emission): void {
    if (emission.schema_id === SCHEMA) {
      this._heard.emit(emission as unknown as EnvironmentEvent);
    }
  }

  private readonly onVisible = (): void => {
    if (document.visibilityState === 'visible') {
      this._gap.emit();
    }
  };

  /** The stream comes back by itself, with pauses that grow to half a minute. */
  private onLost(): void {
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this._gap.emit(), 2000);
  }

  private retry = 0;
  private _isDisposed = false;
  private readonly _heard = new Signal<this, EnvironmentEvent>(this);
  private readonly _gap = new Signal<this, void>(this);
}
