package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
)

type checkCmd struct {
	Print bool `help:"Print the settings that are in force."`
}

// Run tries everything and prints a line each.
func (k *checkCmd) Run(ctx context.Context, c *config) error {
	if k.Print {
		return c.print(os.Stdout)
	}
	failed := false
	report := func(what string, err error) {
		if err != nil {
			failed = true
			fmt.Printf("FAIL %s: %v\n", what, err)
			return
		}
		fmt.Printf("ok   %s\n", what)
	}
	h, err := c.open(ctx)
	report("settings and database", err)
	if err == nil {
		defer h.close()
		report("integrity of the database", h.db.Check(ctx))
		report("content of the files", h.items.CheckFiles(ctx))
		if c.Relay == "" {
			fmt.Println("note no mail relay is set: outgoing mail is kept in the outbox")
		} else {
			report("mail relay", h.mail.CheckRelay(ctx))
		}
		for _, finding := range h.mail.CheckDNS(ctx) {
			if finding.Note != "" {
				fmt.Println("note", finding.Note)
				continue
			}
			report(finding.What, finding.Err)
		}
		if c.IMAP != "" {
			report("mailbox", h.mail.CheckInbox(ctx))
		}
	}
	if failed {
		return errors.New("something needs attention")
	}
	return nil
}

// print writes each setting by its environment name, the secrets in it hidden.
func (c *config) print(out io.Writer) error {
	v := reflect.ValueOf(*c)
	for i := range v.NumField() {
		value := fmt.Sprint(v.Field(i).Interface())
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",") // as the environment has it
		}
		_, err := fmt.Fprintf(out, "%s=%s\n", v.Type().Field(i).Tag.Get("env"), withoutPassword(value))
		if err != nil {
			return err
		}
	}
	return nil
}
