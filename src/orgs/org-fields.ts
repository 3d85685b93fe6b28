import { z } from 'zod';
import { logoFault } from './logo';

const name = z.string().min(1).max(255);

/** What is said of an org, wherever it is declared. */
export const orgFields = {
  name: name.describe('Short, for claims such as prn.'),
  displayName: name.optional().describe('For people. Default: the name.'),
  logo: z
    .string()
    .max(65_536)
    .superRefine((url, context) => {
      const fault = logoFault(url);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe('Image for the login pages: an https URL, or a data URL.'),
};
