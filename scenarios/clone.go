package scenarios

import "reflect"

// clone copies a peer with everything it points to, so that nobody who holds
// the copy can alter the original. It walks the types, so that a new field of
// Peer needs no line here.
func clone(p Peer) Peer {
	return cloneValue(reflect.ValueOf(p)).Interface().(Peer)
}

func cloneValue(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(cloneValue(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(cloneValue(v.Field(i)))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(cloneValue(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for _, key := range v.MapKeys() {
				out.SetMapIndex(key, cloneValue(v.MapIndex(key)))
			}
		}
	default:
		out.Set(v)
	}
	return out
}
