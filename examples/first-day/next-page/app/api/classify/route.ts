import { classify, StriateError } from 'striate';
import { digitModel } from '../../../digitModel';

/** A picture's bytes → `{ name, probability, threads }`; 400 where they are no picture. */
export async function POST(request: Request): Promise<Response> {
  const model = await digitModel();
  const { threads } = await model.describeEngine();
  try {
    const [{ name, probability }] = await classify(model, new Uint8Array(await request.arrayBuffer()));
    return Response.json({ name, probability, threads });
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    return Response.json({ error: error.message }, { status: 400 });
  }
}
