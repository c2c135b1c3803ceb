import {
  type FocusEvent,
  type RefObject,
  useLayoutEffect,
  useRef
} from 'react';

interface IKeptFocus<T> {
  ref: RefObject<T>;
  onFocus: (event: FocusEvent) => void;
  onBlur: () => void;
}

/** Where a change takes the focused element away, the focus goes to the box it was in. */
export function useKeptFocus<T extends HTMLElement>(): IKeptFocus<T> {
  const ref = useRef<T>(null);
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const lost = last.current !== null && !last.current.isConnected;
    if (lost && document.activeElement === document.body) {
      last.current = null;
      ref.current?.focus();
    }
  });
  return {
    ref,
    onFocus: event => {
      last.current = event.target;
    },
    onBlur: () => {
      last.current = null;
    }
  };
}
