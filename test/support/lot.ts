import { z } from 'zod';

/** Parameter of test datasets that changes nothing: it tells exports of the same rows apart, which are one export else. */
export const lot = { lot: z.string().max(36).default('') };
