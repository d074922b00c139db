package fakemx

import (
	"errors"
	"syscall"

	"github.com/emersion/go-smtp"
)

// storeReply is the reply to a message that could not be stored: the client
// keeps it and tries again (RFC 5321 section 4.2.3, RFC 3463 section 3.4).
func storeReply(err error) *smtp.SMTPError {
	if _, ok := errors.AsType[misconduct](err); ok {
		return &smtp.SMTPError{
			Code:         451,
			EnhancedCode: smtp.EnhancedCode{4, 3, 0},
			Message:      "Local error in processing, try again later",
		}
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &smtp.SMTPError{
			Code:         452,
			EnhancedCode: smtp.EnhancedCode{4, 3, 1},
			Message:      "Insufficient system storage, try again later",
		}
	}
	return &smtp.SMTPError{
		Code:         452,
		EnhancedCode: smtp.EnhancedCode{4, 3, 0},
		Message:      "Message could not be stored, try again later",
	}
}
