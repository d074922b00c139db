package fakemx

import "fmt"

// Bounds of the transactions in a record. A session goes on beyond them, and
// what it accepts is counted all the same, lest a client hide a delivery behind
// transactions that come to nothing. What is left out is counted and said so.
const (
	maxTransactions      = 1000
	maxTransactionOctets = 1 << 20
)

// begin opens a transaction and returns its index, which is -1 if it is not
// recorded.
func (r *recorder) begin(t Transaction) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attempt = true
	if len(r.s.Transactions) >= maxTransactions || r.octets > maxTransactionOctets {
		r.s.LeftOut.Transactions++
		return -1
	}
	r.octets += transactionWeight + len(t.From)
	r.s.Transactions = append(r.s.Transactions, t)
	return len(r.s.Transactions) - 1
}

// recipient adds a recipient to a transaction.
func (r *recorder) recipient(i int, to string) {
	r.update(i, func(t *Transaction) {
		if r.octets > maxTransactionOctets {
			r.s.LeftOut.Recipients++
			return
		}
		r.octets += stringWeight + len(to)
		t.To = append(t.To, to)
	})
}

// accepted notes that a message was stored.
func (r *recorder) accepted(i int, size int64, inClear bool) {
	r.update(i, func(t *Transaction) { t.Size, t.Accepted = size, true })
	r.mu.Lock()
	defer r.mu.Unlock()
	if inClear {
		r.s.Accepted.InClear++
	} else {
		r.s.Accepted.InTLS++
	}
}

// update changes a transaction, if it is recorded.
func (r *recorder) update(i int, change func(*Transaction)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i >= 0 && !r.sealed {
		change(&r.s.Transactions[i])
	}
}

// notices tell what is left out.
func (l LeftOut) notices() []string {
	var list []string
	if l.Transactions > 0 {
		list = append(list, fmt.Sprintf("the record is full, %d further transactions are left out", l.Transactions))
	}
	if l.Recipients > 0 {
		list = append(list, fmt.Sprintf("the record is full, %d further recipients are left out", l.Recipients))
	}
	return list
}
