/** What the viewer of a projection draws; everything in it is plain, as it stands in the page as JSON. */
export interface ViewerData {
  /** x and y of each picture in turn, 0 to 1 of the longer side; y grows upwards. */
  readonly places: readonly number[];
  /** Height of what the places cover, against its width. */
  readonly aspect: number;
  /** By picture: its class, and what it was taken for; an empty list where nobody said. */
  readonly labels: readonly number[];
  readonly predicted: readonly number[];
  /** What the model gave that class, 0 to 100. */
  readonly percents: readonly number[];
  /** By picture: its file or place. */
  readonly names: readonly string[];
  readonly classes: readonly string[];
  /** The names of the predicted classes, where they are others than those of the pictures: nothing is a mistake then. */
  readonly others: readonly string[] | null;
  /** By class: its colour on light and on dark ground. */
  readonly light: readonly string[];
  readonly dark: readonly string[];
  /** All pictures in one, and how it is divided. */
  readonly sheet: string;
  readonly columns: number;
  readonly tile: readonly [width: number, height: number];
}

/**
 * Draws a projection on the canvas in `host` and follows the reader's hand: the picture under the pointer is shown, classes of
 * the legend are picked out, the wheel and two buttons come nearer, a drag moves. Its text stands in the page: it uses nothing
 * from outside of itself but what browsers have.
 */
export function projectionViewer(host: HTMLElement, data: ViewerData): void {
  const canvas = host.querySelector('canvas')!;
  const card = host.querySelector<HTMLElement>('.card')!;
  const classButtons = [...host.querySelectorAll<HTMLButtonElement>('[data-class]')];
  const toggles = {
    pictures: host.querySelector<HTMLInputElement>('[name=pictures]')!,
    mistakes: host.querySelector<HTMLInputElement>('[name=mistakes]'),
  };
  const context = canvas.getContext('2d')!;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const count = data.labels.length;
  const [tileWidth, tileHeight] = data.tile;
  const sheet = new Image();
  const picked = new Set<number>();
  const view = { scale: 1, x: 0, y: 0 };
  let [width, height, ratio] = [1, 1, 1];
  let under = -1;
  let due = 0;
  let drag: { readonly x: number; readonly y: number; moved: boolean } | undefined;

  const isWrong = (i: number): boolean =>
    !data.others && data.predicted.length > 0 && data.predicted[i] !== data.labels[i];
  const isShown = (i: number): boolean => picked.size === 0 || picked.has(data.labels[i]);
  const margin = 26;
  const fit = (): number => Math.min(width - 2 * margin, (height - 2 * margin) / data.aspect);
  const screenX = (i: number): number => (width - fit()) / 2 + data.places[2 * i] * fit() * view.scale + view.x;
  const screenY = (i: number): number =>
    (height + fit() * data.aspect) / 2 - data.places[2 * i + 1] * fit() * view.scale + view.y;

  const later = (): void => {
    if (due === 0) due = requestAnimationFrame(draw);
  };

  const draw = (): void => {
    due = 0;
    const style = getComputedStyle(host);
    const colours = dark.matches ? data.dark : data.light;
    const ink = style.getPropertyValue('--ink');
    const ground = style.getPropertyValue('--panel');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const radius = Math.min(7, (count > 3000 ? 2.2 : count > 600 ? 3 : 4) * Math.sqrt(view.scale));
    // What is not picked out first, so that it covers nothing; a class at a time, as changing colours is what takes time.
    for (const bright of [false, true]) {
      context.globalAlpha = bright ? 0.9 : 0.13;
      for (let label = 0; label < data.classes.length; label++) {
        context.fillStyle = colours[label];
        context.beginPath();
        for (let i = 0; i < count; i++) {
          if (data.labels[i] !== label || isShown(i) !== bright) continue;
          if (toggles.mistakes?.checked && !isWrong(i) && bright) continue;
          const [x, y] = [screenX(i), screenY(i)];
          if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
          context.moveTo(x + radius, y);
          context.arc(x, y, radius, 0, 7);
        }
        context.fill();
      }
    }
    context.globalAlpha = 1;
    context.strokeStyle = ink;
    context.lineWidth = 1.4;
    context.beginPath();
    for (let i = 0; i < count; i++) {
      if (!isWrong(i) || !isShown(i)) continue;
      const [x, y] = [screenX(i), screenY(i)];
      context.moveTo(x + radius + 2, y);
      context.arc(x, y, radius + 2, 0, 7);
    }
    context.stroke();
    if (toggles.pictures.checked && sheet.complete && sheet.naturalWidth > 0) drawTiles(colours, ground);
    if (under >= 0) {
      context.lineWidth = 2.5;
      context.beginPath();
      context.arc(screenX(under), screenY(under), radius + 4, 0, 7);
      context.stroke();
    }
  };

  // An order that is even over the data, in which mistakes come sooner than others.
  const turns = data.labels.map((_, i) => ((i * 0.618033988749895) % 1) * (isWrong(i) ? 0.25 : 1));
  const order = turns.map((__, i) => i).sort((a, b) => turns[a] - turns[b]);

  /** Pictures at their points, none over another. */
  const drawTiles = (colours: readonly string[], ground: string): void => {
    const scale = Math.min(1.5, 40 / Math.max(tileWidth, tileHeight));
    const [wide, high] = [tileWidth * scale, tileHeight * scale];
    const step = Math.max(wide, high) + 8;
    const taken = new Map<number, number[]>();
    context.imageSmoothingEnabled = scale < 1 || tileWidth > 40;
    for (const i of order) {
      if (!isShown(i) || (toggles.mistakes?.checked && !isWrong(i))) continue;
      const [x, y] = [screenX(i), screenY(i)];
      if (x < -wide || y < -high || x > width + wide || y > height + high) continue;
      const [column, row] = [Math.floor(x / step) + 2, Math.floor(y / step) + 2];
      let isFree = true;
      for (let cell = 0; cell < 9 && isFree; cell++) {
        const near = taken.get((column + (cell % 3) - 1) * 65536 + row + Math.floor(cell / 3) - 1);
        for (const other of near ?? []) {
          if (Math.abs(screenX(other) - x) < step && Math.abs(screenY(other) - y) < step) isFree = false;
        }
      }
      if (!isFree) continue;
      const key = column * 65536 + row;
      taken.set(key, [...(taken.get(key) ?? []), i]);
      context.fillStyle = colours[data.labels[i]];
      context.fillRect(x - wide / 2 - 2.5, y - high / 2 - 2.5, wide + 5, high + 5);
      tile(i, x - wide / 2, y - high / 2, wide, high, context);
      if (!isWrong(i)) continue;
      context.fillStyle = colours[data.predicted[i]];
      context.strokeStyle = ground;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x + wide / 2 + 4, y - high / 2 - 4);
      context.lineTo(x + wide / 2 - 12, y - high / 2 - 4);
      context.lineTo(x + wide / 2 + 4, y - high / 2 + 12);
      context.closePath();
      context.fill();
      context.stroke();
    }
    context.strokeStyle = getComputedStyle(host).getPropertyValue('--ink');
  };

  const tile = (i: number, x: number, y: number, wide: number, high: number, on: CanvasRenderingContext2D): void => {
    const [left, top] = [(i % data.columns) * tileWidth, Math.floor(i / data.columns) * tileHeight];
    on.drawImage(sheet, left, top, tileWidth, tileHeight, x, y, wide, high);
  };

  /** The picture nearest to a place of the canvas, if one is near; −1 otherwise. */
  const nearest = (x: number, y: number): number => {
    let [best, least] = [-1, 18 * 18];
    for (let i = 0; i < count; i++) {
      if (!isShown(i) || (toggles.mistakes?.checked && !isWrong(i))) continue;
      const square = (screenX(i) - x) ** 2 + (screenY(i) - y) ** 2;
      if (square < least) [best, least] = [i, square];
    }
    return best;
  };

  /** Tells of the picture under the pointer, beside it. */
  const tell = (): void => {
    card.hidden = under < 0;
    if (under < 0) return;
    const own = card.querySelector('canvas')!;
    const scale = 132 / Math.max(tileWidth, tileHeight);
    own.width = Math.round(tileWidth * scale);
    own.height = Math.round(tileHeight * scale);
    const on = own.getContext('2d')!;
    on.imageSmoothingEnabled = tileWidth > 40;
    if (sheet.complete && sheet.naturalWidth > 0) tile(under, 0, 0, own.width, own.height, on);
    const said = data.predicted.length > 0 ? (data.others ?? data.classes)[data.predicted[under]] : '';
    const sure = data.percents.length > 0 ? ` ${data.percents[under]} %` : '';
    const [title, answer, name] = card.querySelectorAll('p');
    title.textContent = data.classes[data.labels[under]];
    answer.textContent = said === '' ? '' : isWrong(under) ? `taken for ${said}${sure}` : `seen as ${said}${sure}`;
    answer.className = isWrong(under) ? 'wrong' : '';
    name.textContent = data.names[under];
    const [x, y] = [screenX(under), screenY(under)];
    card.style.left = `${Math.max(0, Math.min(width - 170, x > width / 2 ? x - 182 : x + 16))}px`;
    card.style.top = `${Math.max(0, Math.min(height - 230, y - 90))}px`;
  };

  const zoom = (factor: number, x = width / 2, y = height / 2): void => {
    const scale = Math.min(60, Math.max(1, view.scale * factor));
    const change = scale / view.scale;
    const [left, bottom] = [(width - fit()) / 2, (height + fit() * data.aspect) / 2];
    view.x = x - left - (x - left - view.x) * change;
    view.y = y - bottom - (y - bottom - view.y) * change;
    view.scale = scale;
    if (scale === 1) [view.x, view.y] = [0, 0];
    later();
  };

  const resize = (): void => {
    ratio = devicePixelRatio || 1;
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    later();
  };

  canvas.addEventListener('pointermove', (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    if (drag && event.buttons > 0) {
      view.x += event.clientX - left - drag.x;
      view.y += event.clientY - top - drag.y;
      drag = { x: event.clientX - left, y: event.clientY - top, moved: true };
      later();
      return;
    }
    const found = nearest(event.clientX - left, event.clientY - top);
    if (found === under) return;
    under = found;
    tell();
    later();
  });
  canvas.addEventListener('pointerdown', (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    drag = { x: event.clientX - left, y: event.clientY - top, moved: false };
    if (view.scale > 1) canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointerup', () => (drag = undefined));
  canvas.addEventListener('pointerleave', () => {
    under = -1;
    tell();
    later();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      // The page scrolls on where there is nothing nearer or farther.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      const { left, top } = canvas.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    },
    { passive: false },
  );
  canvas.addEventListener('dblclick', (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    zoom(2, event.clientX - left, event.clientY - top);
  });
  canvas.addEventListener('keydown', ({ key }) => {
    if (key === '+' || key === '=') zoom(1.5);
    else if (key === '-') zoom(1 / 1.5);
    else if (key === 'Escape') zoom(1e-9);
  });
  for (const button of classButtons) {
    button.addEventListener('click', () => {
      const label = Number(button.dataset.class);
      if (!picked.delete(label)) picked.add(label);
      if (picked.size === new Set(data.labels).size) picked.clear();
      for (const one of classButtons) {
        one.setAttribute('aria-pressed', String(picked.has(Number(one.dataset.class))));
        one.classList.toggle('dim', picked.size > 0 && !picked.has(Number(one.dataset.class)));
      }
      later();
    });
  }
  for (const [name, factor] of [
    ['nearer', 1.6],
    ['farther', 1 / 1.6],
    ['whole', 1e-9],
  ] as const) {
    host.querySelector(`[name=${name}]`)?.addEventListener('click', () => zoom(factor));
  }
  toggles.pictures.addEventListener('change', later);
  toggles.mistakes?.addEventListener('change', later);
  dark.addEventListener('change', later);
  sheet.addEventListener('load', later);
  sheet.src = data.sheet;
  new ResizeObserver(resize).observe(canvas);
  resize();
}
