import type { ReactNode } from 'react';

export const metadata = { title: 'Which digit is it?', icons: { icon: 'data:,' } };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body style={{ font: '1rem/1.5 system-ui', maxWidth: '32rem', margin: '2rem auto' }}>{children}</body>
    </html>
  );
}
