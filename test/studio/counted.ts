import type { Page } from 'playwright-core';

/** Waits until Architectures has counted everything of its table. */
export async function counted(page: Page): Promise<void> {
  await page.locator('tr[data-model=efficientnet_b7]').getByText('37.7 G').waitFor();
  await page.getByRole('heading', { name: /counting/ }).waitFor({ state: 'detached' });
}
