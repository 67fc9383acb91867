import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';

/** A picture's file, drawn by the browser; who shows it says what it is. */
export function BlobThumb({ blob }: { blob: Blob }): JSX.Element {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address === '' ? <span /> : <img src={address} alt="" />;
}
