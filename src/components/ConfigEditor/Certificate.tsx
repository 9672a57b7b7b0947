import { Box, Field, FileUpload, SecretTextArea } from '@grafana/ui';
import React from 'react';

import { WIDTH } from './fields';
import { readCertificate } from './readCertificate';
import { Secret } from './Secret';
import type { Form } from './useForm';

/** A certificate with its private key, pasted or from a file. */
export function Certificate({ form }: { form: Form }) {
  const name = 'azureClientCertificate';
  const isStored = form.isStored(name);
  const read = async (file: File | undefined) => {
    if (file) {
      form.setSecret(name, await readCertificate(file));
    }
  };
  return (
    <>
      <Field
        label="Client certificate"
        htmlFor="tally-client-certificate"
        description="The certificate and its RSA private key: as PEM without a password, or as PFX in base64. It is stored for this environment only: another address asks for it again."
        required
        {...form.validity(name)}
      >
        <SecretTextArea
          id="tally-client-certificate"
          isConfigured={isStored}
          value={form.secret(name)}
          placeholder="-----BEGIN PRIVATE KEY----- … -----BEGIN CERTIFICATE-----"
          rows={6}
          cols={WIDTH}
          disabled={form.readOnly}
          onChange={(event) => form.setSecret(name, event.currentTarget.value)}
          onReset={() => form.resetSecrets(name, 'azureClientCertificatePassword')}
          onBlur={() => form.visit(name)}
        />
      </Field>
      {!isStored && !form.readOnly && (
        <Box marginBottom={2}>
          <FileUpload
            size="sm"
            accept=".pem,.pfx,.p12"
            showFileName
            onFileUpload={(event) => read(event.currentTarget.files?.[0])}
          >
            Take it from a file
          </FileUpload>
        </Box>
      )}
      <Secret
        form={form}
        name="azureClientCertificatePassword"
        label="Certificate password"
        description="Of a PFX file that has one. PEM has none."
      />
    </>
  );
}
