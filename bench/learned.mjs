// What detectors learn, and at what cost, for bench/scenes.mjs and bench/pets.mjs.

/** Seconds of the processor that this process has taken so far, all threads together. */
function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What is said of every epoch. */
const shown = ['loss', 'classification', 'boxRegression', 'centerness'];

/**
 * Trains a detector, measures it on held-out pictures, and says both.
 *
 * @param title what is learned
 * @param target what is to be reached
 * @param fit options of Detector.fit
 * @param options the command's own: threads, save, json
 */
export async function learned({ title, target, detector, train, test, fit, options }) {
  const { threads, save, json } = options;
  detector.model.useEngine({ threads: Number(threads) });
  const [start, processorStart] = [performance.now(), processorSeconds()];
  const onEpochEnd = (epoch, logs) => {
    const parts = Object.entries(logs)
      .filter(([name]) => shown.includes(name))
      .map(([name, value]) => `${name} ${value.toFixed(4)}`);
    const spent = (processorSeconds() - processorStart).toFixed(0);
    process.stderr.write(`epoch ${epoch + 1}/${fit.epochs}: ${parts.join(', ')}; ${spent} s of the processor\n`);
  };
  await detector.fit(train, { ...fit, verbose: 0, callbacks: [{ onEpochEnd }] });
  const [minutes, processor] = [(performance.now() - start) / 60_000, processorSeconds() - processorStart];
  if (save) await detector.save(save);
  const { figures, perClass } = await detector.evaluate(test);
  const { map, map50, map75 } = figures;
  if (json) {
    console.log(JSON.stringify({ map50, map, map75, minutes, processorSeconds: processor, perClass }));
    return;
  }
  console.log(`\n${title} (${target})`);
  console.log(`mAP@50 ${map50.toFixed(4)}, mAP ${map.toFixed(4)}, mAP@75 ${map75.toFixed(4)} on ${test.size} pictures`);
  console.log(`${minutes.toFixed(1)} minutes, ${processor.toFixed(0)} s of the processor, ${threads} threads`);
  for (const { className, things, averagePrecision50 } of perClass) {
    console.log(`${className.padStart(10)}  AP@50 ${averagePrecision50.toFixed(3)} of ${things} things`);
  }
}
