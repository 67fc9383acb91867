'use client';

import { useState, type ChangeEvent } from 'react';
import { classify } from 'striate';
import { digitModel } from '../digitModel';

/** A picture of a digit is chosen, and named twice: by the server, and in this page. */
export default function Page() {
  const [server, setServer] = useState('');
  const [page, setPage] = useState('');

  async function onChange(event: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [file] = event.target.files ?? [];
    if (!file) return;
    setServer('…');
    setPage('…');
    const answer = await fetch('/api/classify', { method: 'POST', body: file });
    const said = (await answer.json()) as { name?: string; threads?: number; error?: string };
    setServer(said.error ?? `${said.name} (${said.threads} threads)`);
    const model = await digitModel();
    const [{ name }] = await classify(model, file);
    const { threads } = await model.describeEngine();
    setPage(`${name} (${threads} threads)`);
  }

  return (
    <main>
      <h1>Which digit is it?</h1>
      <input type="file" accept="image/*" onChange={(event) => void onChange(event)} />
      <p>
        The server says: <output id="server">{server}</output>
      </p>
      <p>
        This page says: <output id="page">{page}</output>
      </p>
    </main>
  );
}
