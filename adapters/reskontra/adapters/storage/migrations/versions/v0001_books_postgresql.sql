CREATE TABLE application (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"source_id" BIGINT NOT NULL,
	"target_id" BIGINT NOT NULL,
	"amount" BIGINT NOT NULL,
	"discount" BIGINT NOT NULL,
	"applied_on" TEXT COLLATE "C" NOT NULL,
	"run_id" BIGINT NOT NULL,
	"decision_id" TEXT COLLATE "C" NOT NULL,
	"reverses_id" BIGINT,
	"seal" BIGINT NOT NULL,
	CONSTRAINT application_key PRIMARY KEY ("company", "id"),
	CONSTRAINT application_negative_only_in_reversal CHECK (reverses_id IS NOT NULL OR (amount >= 0 AND discount >= 0)),
	CONSTRAINT application_not_on_itself CHECK (source_id <> target_id),
	CONSTRAINT application_id_positive CHECK (id > 0)
);
CREATE INDEX application_by_run_id ON application ("company", "run_id");
CREATE INDEX application_by_source_id ON application ("company", "source_id");
CREATE INDEX application_by_target_id ON application ("company", "target_id");
CREATE TABLE audit (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"action" TEXT COLLATE "C" NOT NULL,
	"subject" TEXT COLLATE "C" NOT NULL,
	"reason" TEXT COLLATE "C" NOT NULL,
	"detail" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"chain" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT audit_key PRIMARY KEY ("company", "id"),
	CONSTRAINT audit_id_positive CHECK (id > 0)
);
CREATE INDEX audit_by_subject ON audit ("company", "subject");
CREATE TABLE bank_line (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"import_id" BIGINT NOT NULL,
	"statement_id" BIGINT NOT NULL,
	"cash_account" TEXT COLLATE "C" NOT NULL,
	"source_id" TEXT COLLATE "C" NOT NULL,
	"booking_date" TEXT COLLATE "C" NOT NULL,
	"value_date" TEXT COLLATE "C",
	"amount" BIGINT NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"bank_reference" TEXT COLLATE "C" NOT NULL,
	"end_to_end_id" TEXT COLLATE "C" NOT NULL,
	"batch_id" TEXT COLLATE "C" NOT NULL,
	"bank_code" TEXT COLLATE "C" NOT NULL,
	"payer_name" TEXT COLLATE "C" NOT NULL,
	"payer_account" TEXT COLLATE "C" NOT NULL,
	"payer_org_number" TEXT COLLATE "C" NOT NULL,
	"text" TEXT COLLATE "C" NOT NULL,
	"references" TEXT COLLATE "C" NOT NULL,
	"reversal" BOOLEAN NOT NULL,
	"identity" TEXT COLLATE "C" NOT NULL,
	"occurrence" BIGINT NOT NULL,
	"file_line" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT bank_line_key PRIMARY KEY ("company", "id"),
	CONSTRAINT bank_line_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT bank_line_booking_date_is_date CHECK (length(booking_date) = 10),
	CONSTRAINT bank_line_value_date_is_date CHECK (length(value_date) = 10),
	CONSTRAINT bank_line_occurrence_not_negative CHECK (occurrence >= 0),
	CONSTRAINT bank_line_id_positive CHECK (id > 0)
);
CREATE INDEX bank_line_by_booking_date ON bank_line ("company", "booking_date");
CREATE INDEX bank_line_by_import_id ON bank_line ("company", "import_id");
CREATE INDEX bank_line_by_source_id ON bank_line ("company", "source_id");
CREATE TABLE bank_line_state (
	"company" TEXT COLLATE "C" NOT NULL,
	"bank_line_id" BIGINT NOT NULL,
	"state" TEXT COLLATE "C" NOT NULL,
	"decision_id" TEXT COLLATE "C" NOT NULL,
	"run_id" BIGINT,
	"seal" BIGINT NOT NULL,
	CONSTRAINT bank_line_state_key PRIMARY KEY ("company", "bank_line_id"),
	CONSTRAINT bank_line_state_state_is_known CHECK (state = 'new' OR state = 'review' OR state = 'hold' OR state = 'booked' OR state = 'hidden' OR state = 'taken_back' OR state = 'reconciles' OR state = 'withdrawn')
);
CREATE INDEX bank_line_state_by_state ON bank_line_state ("company", "state");
CREATE TABLE customer (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"number" TEXT COLLATE "C" NOT NULL,
	"name" TEXT COLLATE "C" NOT NULL,
	"country" TEXT COLLATE "C" NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"org_number" TEXT COLLATE "C" NOT NULL,
	"parent_id" BIGINT,
	"terms" TEXT COLLATE "C" NOT NULL,
	"write_off" BOOLEAN NOT NULL,
	"write_off_limit" BIGINT,
	"status" TEXT COLLATE "C" NOT NULL,
	"import_id" BIGINT,
	"seal" BIGINT NOT NULL,
	CONSTRAINT customer_key PRIMARY KEY ("company", "id"),
	CONSTRAINT customer_number_once UNIQUE ("company", "number"),
	CONSTRAINT customer_write_off_limit_not_negative CHECK (write_off_limit >= 0),
	CONSTRAINT customer_status_is_known CHECK (status = 'active' OR status = 'on_hold' OR status = 'credit_hold' OR status = 'inactive' OR status = 'one_time'),
	CONSTRAINT customer_id_positive CHECK (id > 0)
);
CREATE INDEX customer_by_parent_id ON customer ("company", "parent_id");
CREATE TABLE customer_account (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"account" TEXT COLLATE "C" NOT NULL,
	"scheme" TEXT COLLATE "C" NOT NULL,
	"origin" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT customer_account_key PRIMARY KEY ("company", "id"),
	CONSTRAINT customer_account_origin_is_known CHECK (origin = 'import' OR origin = 'manual' OR origin = 'learned'),
	CONSTRAINT customer_account_id_positive CHECK (id > 0)
);
CREATE INDEX customer_account_by_account ON customer_account ("company", "account");
CREATE INDEX customer_account_by_customer_id ON customer_account ("company", "customer_id");
CREATE TABLE customer_alias (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"alias" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT customer_alias_key PRIMARY KEY ("company", "id"),
	CONSTRAINT customer_alias_id_positive CHECK (id > 0)
);
CREATE INDEX customer_alias_by_customer_id ON customer_alias ("company", "customer_id");
CREATE TABLE customer_profile (
	"company" TEXT COLLATE "C" NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"customer_class" TEXT COLLATE "C" NOT NULL,
	"statement_cycle" TEXT COLLATE "C" NOT NULL,
	"auto_apply" BOOLEAN NOT NULL,
	"overdue_charges" BOOLEAN NOT NULL,
	"credit_rule" TEXT COLLATE "C" NOT NULL,
	"credit_limit" BIGINT,
	"credit_days" BIGINT,
	"consolidate_balance" BOOLEAN NOT NULL,
	"consolidate_statements" BOOLEAN NOT NULL,
	"share_credit" BOOLEAN NOT NULL,
	"content" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT customer_profile_key PRIMARY KEY ("company", "customer_id"),
	CONSTRAINT customer_profile_credit_limit_not_negative CHECK (credit_limit >= 0),
	CONSTRAINT customer_profile_credit_days_not_negative CHECK (credit_days >= 0),
	CONSTRAINT customer_profile_credit_rule_is_known CHECK (credit_rule = 'disabled' OR credit_rule = 'days_past_due' OR credit_rule = 'credit_limit' OR credit_rule = 'limit_and_days')
);
CREATE INDEX customer_profile_by_customer_class ON customer_profile ("company", "customer_class");
CREATE TABLE decision (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"decision_id" TEXT COLLATE "C" NOT NULL,
	"run_id" BIGINT NOT NULL,
	"bank_line_id" BIGINT NOT NULL,
	"outcome" TEXT COLLATE "C" NOT NULL,
	"tier" TEXT COLLATE "C" NOT NULL,
	"rule" TEXT COLLATE "C" NOT NULL,
	"relevance" BIGINT NOT NULL,
	"runner_up" BIGINT NOT NULL,
	"record" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT decision_key PRIMARY KEY ("company", "id"),
	CONSTRAINT decision_id_positive CHECK (id > 0)
);
CREATE INDEX decision_by_bank_line_id ON decision ("company", "bank_line_id");
CREATE INDEX decision_by_decision_id ON decision ("company", "decision_id");
CREATE INDEX decision_by_run_id ON decision ("company", "run_id");
CREATE TABLE delivery (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"audit_id" BIGINT NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"subscription" TEXT COLLATE "C" NOT NULL,
	"done" BOOLEAN NOT NULL,
	"status" BIGINT NOT NULL,
	"answer" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT delivery_key PRIMARY KEY ("company", "id"),
	CONSTRAINT delivery_id_positive CHECK (id > 0)
);
CREATE INDEX delivery_by_audit_id ON delivery ("company", "audit_id");
CREATE TABLE document (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"number" TEXT COLLATE "C" NOT NULL,
	"customer_id" BIGINT,
	"branch" TEXT COLLATE "C" NOT NULL,
	"document_date" TEXT COLLATE "C" NOT NULL,
	"due_date" TEXT COLLATE "C",
	"currency" TEXT COLLATE "C" NOT NULL,
	"amount" BIGINT NOT NULL,
	"base_amount" BIGINT NOT NULL,
	"account" TEXT COLLATE "C" NOT NULL,
	"order_number" TEXT COLLATE "C" NOT NULL,
	"external_number" TEXT COLLATE "C" NOT NULL,
	"discount_date" TEXT COLLATE "C",
	"discount_amount" BIGINT NOT NULL,
	"disputed" BOOLEAN NOT NULL,
	"migrated" BOOLEAN NOT NULL,
	"initial_open" BIGINT NOT NULL,
	"import_id" BIGINT,
	"run_id" BIGINT,
	"decision_id" TEXT COLLATE "C" NOT NULL,
	"reverses_id" BIGINT,
	"bank_line_id" BIGINT,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT document_base_amount_not_negative CHECK (base_amount >= 0),
	CONSTRAINT document_discount_not_negative CHECK (discount_amount >= 0),
	CONSTRAINT document_open_within_amount CHECK (initial_open >= 0 AND initial_open <= amount),
	CONSTRAINT document_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT document_document_date_is_date CHECK (length(document_date) = 10),
	CONSTRAINT document_due_date_is_date CHECK (length(due_date) = 10),
	CONSTRAINT document_discount_date_is_date CHECK (length(discount_date) = 10),
	CONSTRAINT document_kind_is_known CHECK (kind = 'invoice' OR kind = 'debit_note' OR kind = 'overdue_charge' OR kind = 'dunning_fee' OR kind = 'cash_sale' OR kind = 'void_payment' OR kind = 'refund' OR kind = 'small_credit_write_off' OR kind = 'credit_note' OR kind = 'cash_return' OR kind = 'payment' OR kind = 'prepayment' OR kind = 'void_refund' OR kind = 'small_balance_write_off'),
	CONSTRAINT document_id_positive CHECK (id > 0)
);
CREATE INDEX document_by_customer_id ON document ("company", "customer_id");
CREATE INDEX document_by_discount_date ON document ("company", "discount_date") WHERE "discount_date" IS NOT NULL;
CREATE INDEX document_by_run_id ON document ("company", "run_id");
CREATE UNIQUE INDEX document_number_once ON document ("company", "number", "kind", coalesce(import_id, 0));
CREATE TABLE document_detail (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"document_id" BIGINT NOT NULL,
	"description" TEXT COLLATE "C" NOT NULL,
	"customer_reference" TEXT COLLATE "C" NOT NULL,
	"terms" TEXT COLLATE "C" NOT NULL,
	"rate" TEXT COLLATE "C" NOT NULL,
	"location" TEXT COLLATE "C" NOT NULL,
	"subaccount" TEXT COLLATE "C" NOT NULL,
	"reason_code" TEXT COLLATE "C" NOT NULL,
	"overdue_charges" BOOLEAN NOT NULL,
	"net" BIGINT NOT NULL,
	"vat" BIGINT NOT NULL,
	"rounding" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_detail_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_detail_document_id_once UNIQUE ("company", "document_id"),
	CONSTRAINT document_detail_id_positive CHECK (id > 0)
);
CREATE TABLE document_line (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"document_id" BIGINT NOT NULL,
	"line" BIGINT NOT NULL,
	"description" TEXT COLLATE "C" NOT NULL,
	"quantity" TEXT COLLATE "C" NOT NULL,
	"unit_price" TEXT COLLATE "C" NOT NULL,
	"net" BIGINT NOT NULL,
	"vat_code" TEXT COLLATE "C" NOT NULL,
	"account" TEXT COLLATE "C" NOT NULL,
	"subaccount" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_line_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_line_document_id_line_once UNIQUE ("company", "document_id", "line"),
	CONSTRAINT document_line_id_positive CHECK (id > 0)
);
CREATE TABLE document_link (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"document_id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"other_id" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_link_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_link_kind_is_known CHECK (kind = 'corrects' OR kind = 'advance' OR kind = 'fee_of' OR kind = 'discount_of' OR kind = 'recovers'),
	CONSTRAINT document_link_id_positive CHECK (id > 0)
);
CREATE INDEX document_link_by_document_id ON document_link ("company", "document_id");
CREATE INDEX document_link_by_other_id ON document_link ("company", "other_id");
CREATE TABLE document_mark (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"document_id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"stands" BOOLEAN NOT NULL,
	"until" TEXT COLLATE "C" NOT NULL,
	"amount" BIGINT NOT NULL,
	"reason" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_mark_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_mark_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT document_mark_kind_is_known CHECK (kind = 'dispute' OR kind = 'promise' OR kind = 'no_dunning' OR kind = 'no_charges'),
	CONSTRAINT document_mark_id_positive CHECK (id > 0)
);
CREATE INDEX document_mark_by_document_id ON document_mark ("company", "document_id");
CREATE TABLE document_reference (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"document_id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"key" TEXT COLLATE "C" NOT NULL,
	"value" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_reference_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_reference_kind_is_known CHECK (kind = 'number' OR kind = 'payment_reference' OR kind = 'order' OR kind = 'external' OR kind = 'legacy'),
	CONSTRAINT document_reference_id_positive CHECK (id > 0)
);
CREATE INDEX document_reference_by_document_id ON document_reference ("company", "document_id");
CREATE INDEX document_reference_by_key_document_id_kind ON document_reference ("company", "key", "document_id", "kind");
CREATE TABLE document_vat (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"document_id" BIGINT NOT NULL,
	"vat_code" TEXT COLLATE "C" NOT NULL,
	"rate" TEXT COLLATE "C" NOT NULL,
	"net" BIGINT NOT NULL,
	"vat" BIGINT NOT NULL,
	"account" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT document_vat_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_vat_document_id_vat_code_once UNIQUE ("company", "document_id", "vat_code"),
	CONSTRAINT document_vat_id_positive CHECK (id > 0)
);
CREATE TABLE draft (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"branch" TEXT COLLATE "C" NOT NULL,
	"document_date" TEXT COLLATE "C" NOT NULL,
	"due_date" TEXT COLLATE "C",
	"currency" TEXT COLLATE "C" NOT NULL,
	"amount" BIGINT NOT NULL,
	"status" TEXT COLLATE "C" NOT NULL,
	"content" TEXT COLLATE "C" NOT NULL,
	"document_id" BIGINT,
	"number" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT draft_key PRIMARY KEY ("company", "id"),
	CONSTRAINT draft_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT draft_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT draft_document_date_is_date CHECK (length(document_date) = 10),
	CONSTRAINT draft_due_date_is_date CHECK (length(due_date) = 10),
	CONSTRAINT draft_kind_is_known CHECK (kind = 'invoice' OR kind = 'debit_note' OR kind = 'overdue_charge' OR kind = 'dunning_fee' OR kind = 'cash_sale' OR kind = 'void_payment' OR kind = 'refund' OR kind = 'small_credit_write_off' OR kind = 'credit_note' OR kind = 'cash_return' OR kind = 'payment' OR kind = 'prepayment' OR kind = 'void_refund' OR kind = 'small_balance_write_off'),
	CONSTRAINT draft_status_is_known CHECK (status = 'hold' OR status = 'balanced' OR status = 'credit_hold' OR status = 'released' OR status = 'discarded' OR status = 'voided'),
	CONSTRAINT draft_id_positive CHECK (id > 0)
);
CREATE INDEX draft_by_customer_id ON draft ("company", "customer_id");
CREATE INDEX draft_by_status ON draft ("company", "status");
CREATE TABLE exchange_rate (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"rate_type" TEXT COLLATE "C" NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"valid_from" TEXT COLLATE "C" NOT NULL,
	"rate" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT exchange_rate_key PRIMARY KEY ("company", "id"),
	CONSTRAINT exchange_rate_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT exchange_rate_valid_from_is_date CHECK (length(valid_from) = 10),
	CONSTRAINT exchange_rate_id_positive CHECK (id > 0)
);
CREATE TABLE former_number (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"number" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT former_number_key PRIMARY KEY ("company", "id"),
	CONSTRAINT former_number_id_positive CHECK (id > 0)
);
CREATE INDEX former_number_by_customer_id ON former_number ("company", "customer_id");
CREATE INDEX former_number_by_number ON former_number ("company", "number");
CREATE TABLE import_file (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"file_name" TEXT COLLATE "C" NOT NULL,
	"sha256" TEXT COLLATE "C" NOT NULL,
	"format" TEXT COLLATE "C" NOT NULL,
	"message_id" TEXT COLLATE "C" NOT NULL,
	"rows" BIGINT NOT NULL,
	"receipt" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"reason" TEXT COLLATE "C" NOT NULL,
	"withdraws_id" BIGINT,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT import_file_key PRIMARY KEY ("company", "id"),
	CONSTRAINT import_file_rows_not_negative CHECK ("rows" >= 0),
	CONSTRAINT import_file_kind_is_known CHECK (kind = 'bank' OR kind = 'customers' OR kind = 'open_items' OR kind = 'withdrawal'),
	CONSTRAINT import_file_id_positive CHECK (id > 0),
	CONSTRAINT import_file_withdraws_id_exists FOREIGN KEY("company", "withdraws_id") REFERENCES import_file ("company", "id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX import_file_by_sha256 ON import_file ("company", "sha256");
CREATE TABLE journal_entry (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"series" TEXT COLLATE "C" NOT NULL,
	"number" TEXT COLLATE "C" NOT NULL,
	"entry_date" TEXT COLLATE "C" NOT NULL,
	"text" TEXT COLLATE "C" NOT NULL,
	"run_id" BIGINT NOT NULL,
	"decision_id" TEXT COLLATE "C" NOT NULL,
	"reverses_id" BIGINT,
	"seal" BIGINT NOT NULL,
	CONSTRAINT journal_entry_key PRIMARY KEY ("company", "id"),
	CONSTRAINT journal_entry_series_number_once UNIQUE ("company", "series", "number"),
	CONSTRAINT journal_entry_entry_date_is_date CHECK (length(entry_date) = 10),
	CONSTRAINT journal_entry_id_positive CHECK (id > 0)
);
CREATE INDEX journal_entry_by_run_id ON journal_entry ("company", "run_id");
CREATE TABLE journal_line (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"entry_id" BIGINT NOT NULL,
	"line" BIGINT NOT NULL,
	"account" TEXT COLLATE "C" NOT NULL,
	"role" TEXT COLLATE "C" NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"amount" BIGINT NOT NULL,
	"base_amount" BIGINT NOT NULL,
	"customer_id" BIGINT,
	"document_id" BIGINT,
	"seal" BIGINT NOT NULL,
	CONSTRAINT journal_line_key PRIMARY KEY ("company", "id"),
	CONSTRAINT journal_line_entry_id_line_once UNIQUE ("company", "entry_id", "line"),
	CONSTRAINT journal_line_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT journal_line_id_positive CHECK (id > 0)
);
CREATE TABLE ledger (
	"company" TEXT COLLATE "C" NOT NULL,
	"revision" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT ledger_key PRIMARY KEY ("company"),
	CONSTRAINT ledger_revision_positive CHECK (revision > 0)
);
CREATE TABLE note (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"subject" TEXT COLLATE "C" NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"text" TEXT COLLATE "C" NOT NULL,
	"due_on" TEXT COLLATE "C" NOT NULL,
	"owner" TEXT COLLATE "C" NOT NULL,
	"file_name" TEXT COLLATE "C" NOT NULL,
	"sha256" TEXT COLLATE "C" NOT NULL,
	"content" TEXT COLLATE "C" NOT NULL,
	"closes_id" BIGINT,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT note_key PRIMARY KEY ("company", "id"),
	CONSTRAINT note_kind_is_known CHECK (kind = 'note' OR kind = 'task' OR kind = 'event' OR kind = 'email' OR kind = 'call'),
	CONSTRAINT note_id_positive CHECK (id > 0)
);
CREATE INDEX note_by_subject ON note ("company", "subject");
CREATE TABLE open_item (
	"company" TEXT COLLATE "C" NOT NULL,
	"document_id" BIGINT NOT NULL,
	"customer_id" BIGINT,
	"kind" TEXT COLLATE "C" NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"open_amount" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT open_item_key PRIMARY KEY ("company", "document_id"),
	CONSTRAINT open_item_open_amount_positive CHECK (open_amount > 0),
	CONSTRAINT open_item_currency_is_code CHECK (length(currency) = 3)
);
CREATE INDEX open_item_by_customer_id ON open_item ("company", "customer_id");
CREATE INDEX open_item_by_open_amount ON open_item ("company", "open_amount");
CREATE TABLE open_order (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"number" TEXT COLLATE "C" NOT NULL,
	"customer_id" BIGINT NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"amount" BIGINT NOT NULL,
	"on_hold" BOOLEAN NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT open_order_key PRIMARY KEY ("company", "id"),
	CONSTRAINT open_order_number_once UNIQUE ("company", "number"),
	CONSTRAINT open_order_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT open_order_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT open_order_id_positive CHECK (id > 0)
);
CREATE INDEX open_order_by_customer_id ON open_order ("company", "customer_id");
CREATE TABLE pack_text (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"pack_hash" TEXT COLLATE "C" NOT NULL,
	"content" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT pack_text_key PRIMARY KEY ("company", "id"),
	CONSTRAINT pack_text_pack_hash_once UNIQUE ("company", "pack_hash"),
	CONSTRAINT pack_text_id_positive CHECK (id > 0)
);
CREATE TABLE period_lock (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"period" TEXT COLLATE "C" NOT NULL,
	"state" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"reason" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT period_lock_key PRIMARY KEY ("company", "id"),
	CONSTRAINT period_lock_period_is_month CHECK (length(period) = 7),
	CONSTRAINT period_lock_state_is_known CHECK (state = 'open' OR state = 'soft' OR state = 'hard'),
	CONSTRAINT period_lock_id_positive CHECK (id > 0)
);
CREATE TABLE run (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"plan_id" TEXT COLLATE "C" NOT NULL,
	"as_of" TEXT COLLATE "C" NOT NULL,
	"pack_hash" TEXT COLLATE "C" NOT NULL,
	"engine_version" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"reason" TEXT COLLATE "C" NOT NULL,
	"reverses_id" BIGINT,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT run_key PRIMARY KEY ("company", "id"),
	CONSTRAINT run_kind_is_known CHECK (kind = 'match' OR kind = 'resolve' OR kind = 'undo' OR kind = 'release' OR kind = 'documents' OR kind = 'applications' OR kind = 'write_offs' OR kind = 'credit_losses' OR kind = 'voids' OR kind = 'revaluation' OR kind = 'reclassification' OR kind = 'expected_losses' OR kind = 'doubtful'),
	CONSTRAINT run_id_positive CHECK (id > 0),
	CONSTRAINT run_reverses_id_exists FOREIGN KEY("company", "reverses_id") REFERENCES run ("company", "id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX run_by_plan_id ON run ("company", "plan_id");
CREATE TABLE series_counter (
	"company" TEXT COLLATE "C" NOT NULL,
	"series" TEXT COLLATE "C" NOT NULL,
	"row" TEXT COLLATE "C" NOT NULL,
	"last_number" TEXT COLLATE "C" NOT NULL,
	"taken" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT series_counter_key PRIMARY KEY ("company", "series", "row"),
	CONSTRAINT series_counter_taken_not_negative CHECK (taken >= 0)
);
CREATE TABLE step (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"step_id" TEXT COLLATE "C" NOT NULL,
	"run_id" BIGINT NOT NULL,
	"subject" TEXT COLLATE "C" NOT NULL,
	"record" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT step_key PRIMARY KEY ("company", "id"),
	CONSTRAINT step_id_positive CHECK (id > 0)
);
CREATE INDEX step_by_run_id ON step ("company", "run_id");
CREATE INDEX step_by_step_id ON step ("company", "step_id");
CREATE INDEX step_by_subject ON step ("company", "subject");
CREATE TABLE table_seal (
	"company" TEXT COLLATE "C" NOT NULL,
	"table_name" TEXT COLLATE "C" NOT NULL,
	"rows" BIGINT NOT NULL,
	"last_id" BIGINT NOT NULL,
	"total" BIGINT NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT table_seal_key PRIMARY KEY ("company", "table_name")
);
CREATE TABLE transfer (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"number" TEXT COLLATE "C" NOT NULL,
	"first_entry_id" BIGINT NOT NULL,
	"last_entry_id" BIGINT NOT NULL,
	"company_name" TEXT COLLATE "C" NOT NULL,
	"org_number" TEXT COLLATE "C" NOT NULL,
	"summarised" BOOLEAN NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT transfer_key PRIMARY KEY ("company", "id"),
	CONSTRAINT transfer_number_once UNIQUE ("company", "number"),
	CONSTRAINT transfer_first_entry_id_once UNIQUE ("company", "first_entry_id"),
	CONSTRAINT transfer_entries_in_order CHECK (first_entry_id <= last_entry_id),
	CONSTRAINT transfer_id_positive CHECK (id > 0)
);
CREATE TABLE statement (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"import_id" BIGINT NOT NULL,
	"cash_account" TEXT COLLATE "C" NOT NULL,
	"kind" TEXT COLLATE "C" NOT NULL,
	"statement_id" TEXT COLLATE "C" NOT NULL,
	"sequence" TEXT COLLATE "C" NOT NULL,
	"page" BIGINT NOT NULL,
	"booking_date" TEXT COLLATE "C" NOT NULL,
	"currency" TEXT COLLATE "C" NOT NULL,
	"opening" BIGINT,
	"closing" BIGINT,
	"total" BIGINT NOT NULL,
	"carries_money" BOOLEAN NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT statement_key PRIMARY KEY ("company", "id"),
	CONSTRAINT statement_kind_is_known CHECK (kind = 'statement' OR kind = 'report' OR kind = 'details'),
	CONSTRAINT statement_id_positive CHECK (id > 0),
	CONSTRAINT statement_import_id_exists FOREIGN KEY("company", "import_id") REFERENCES import_file ("company", "id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX statement_by_import_id ON statement ("company", "import_id");
CREATE TABLE transfer_receipt (
	"company" TEXT COLLATE "C" NOT NULL,
	"id" BIGINT NOT NULL,
	"transfer_id" BIGINT NOT NULL,
	"reference" TEXT COLLATE "C" NOT NULL,
	"actor" TEXT COLLATE "C" NOT NULL,
	"at" TEXT COLLATE "C" NOT NULL,
	"seal" BIGINT NOT NULL,
	CONSTRAINT transfer_receipt_key PRIMARY KEY ("company", "id"),
	CONSTRAINT transfer_receipt_id_positive CHECK (id > 0),
	CONSTRAINT transfer_receipt_transfer_id_exists FOREIGN KEY("company", "transfer_id") REFERENCES transfer ("company", "id") DEFERRABLE INITIALLY DEFERRED
);
